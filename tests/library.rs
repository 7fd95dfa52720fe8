//! What cutline remembers: kept, found again, shared, and never in the way when the library is broken.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use cutline::document::{Document, Format, Position, Role, Sidebar};
use cutline::layout::Part;
use cutline::library::{self, Library, Opened};
use cutline::read;
use cutline::reader::memory::Memory;
use cutline::reader::remarks::Remark;
use cutline::reader::{Pane, Place};
use cutline::structure::Correction;
use tempfile::TempDir;

const HARBOUR: &str = "The harbour is quiet\n\nNobody has come since the storm.\n\nBoats at their moorings.\n\n\
    What the storm did\n\nIt took two roofs and a chimney.\n\nThe baker has opened again.\n";

fn article(text: &str) -> Document {
    read::read(text.to_string(), Format::Text)
}

fn at(block: usize) -> Place {
    let position = Position { block, offset: 2 };
    Place { part: Part::Story, top: position, cursor: position, focus: Pane::Body }
}

fn memory(block: usize) -> Memory {
    Memory { place: Some(at(block)), ..Memory::default() }
}

fn note(block: usize, words: &str) -> Remark {
    Remark { block, note: Some(words.to_string()) }
}

/// A directory with a library in it that remembers a place in the harbour.
fn harbour() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    open(&path).remember(&article(HARBOUR), "harbour.txt", &memory(1)).unwrap();
    (folder, path)
}

/// Opens a library that nothing is wrong with.
fn open(path: &Path) -> Library {
    let Opened { library, warning } = Library::open(path).unwrap();
    assert_eq!(warning, None);
    library
}

/// Why a library cannot be opened.
fn refused(path: &Path) -> String {
    Library::open(path).unwrap_err().to_string()
}

/// The databases in a directory that were set aside.
fn set_aside(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_string_lossy().contains("library.db.damaged-")).collect()
}

#[test]
fn what_is_remembered_is_recalled() {
    let (_folder, path) = harbour();
    let mut document = article(HARBOUR);
    document.sidebars = vec![Sidebar { blocks: 3..5, title: Some(3), confidence: 0.9 }];
    document.blocks[3..5].iter_mut().for_each(|block| block.sidebar = Some(0));
    let mut kept = Memory {
        place: Some(Place { part: Part::Sidebar(0), focus: Pane::Sidebars, ..at(4) }),
        marks: [('a', at(0)), ('Z', at(5))].into(),
        corrections: vec![Correction::Role { block: 2, role: Role::Caption }, Correction::SidebarEnd { block: 4 }],
        reached: Some(62),
        remarks: [Remark::highlight(1), Remark::highlight(4), note(4, "since when?")].into(),
    };
    open(&path).remember(&document, "harbour.txt", &kept).unwrap();
    let mut library = open(&path);
    assert_eq!(library.corrections(&article(HARBOUR)).unwrap(), kept.corrections);
    assert_eq!(library.recall(&document).unwrap(), kept);

    kept.place = Some(at(2));
    kept.marks.remove(&'a');
    kept.marks.insert('Z', at(1));
    kept.corrections.remove(0);
    kept.reached = Some(30);
    kept.remarks = [Remark::highlight(4), note(4, "since Monday"), note(0, "it is not")].into();
    library.remember(&document, "harbour.txt", &kept).unwrap();
    assert_eq!(library.recall(&document).unwrap(), kept);
    assert_eq!(open(&path).recall(&document).unwrap(), kept);
}

#[test]
fn an_article_is_known_by_its_content() {
    let (_folder, path) = harbour();
    let mut library = open(&path);
    assert_eq!(library.recall(&article(HARBOUR)).unwrap(), memory(1), "whatever it is called now");
    let edited = article(&HARBOUR.replace("two roofs", "six roofs"));
    assert_eq!(library.recall(&edited).unwrap(), Memory::default());
    library.remember(&edited, "harbour.txt", &memory(2)).unwrap();
    assert_eq!(library.recall(&article(HARBOUR)).unwrap(), memory(1));
}

#[test]
fn what_was_read_is_listed_the_last_first_and_can_be_forgotten() {
    let (_folder, path) = harbour();
    let mut library = open(&path);
    library.remember(&article("A second article\n\nIt is short.\n"), "second.txt", &Memory::default()).unwrap();
    let told = |library: &mut Library| -> Vec<_> {
        let read = library.articles().unwrap();
        read.into_iter().map(|read| (read.source, read.days)).collect()
    };
    let (second, harbour) = (("second.txt".to_string(), 0), ("harbour.txt".to_string(), 0));
    assert_eq!(told(&mut library), [second.clone(), harbour]);
    let id = library.articles().unwrap()[1].id;
    library.forget(id).unwrap();
    library.remember(&article(HARBOUR), "harbour.txt", &memory(2)).unwrap();
    assert_eq!(told(&mut library), [second], "it may still be on the screen");
    assert_eq!(library.recall(&article(HARBOUR)).unwrap(), Memory::default(), "and its place with it");
    library.remember(&article(HARBOUR), "harbour.txt", &memory(1)).unwrap();
    assert_eq!(open(&path).recall(&article(HARBOUR)).unwrap(), memory(1), "what is read again is kept again");
}

#[test]
fn what_is_written_in_a_forgotten_article_brings_it_back() {
    let (_folder, path) = harbour();
    let mut library = open(&path);
    let before = Memory { remarks: [Remark::highlight(1)].into(), ..memory(1) };
    library.remember(&article(HARBOUR), "harbour.txt", &before).unwrap();
    let id = library.articles().unwrap()[0].id;
    library.forget(id).unwrap();
    library.remember(&article(HARBOUR), "harbour.txt", &Memory { place: Some(at(3)), ..before.clone() }).unwrap();
    assert_eq!(library.articles().unwrap(), [], "reading on writes nothing");
    let written = Memory { remarks: [Remark::highlight(1), note(2, "since when?")].into(), ..before };
    library.remember(&article(HARBOUR), "harbour.txt", &written).unwrap();
    assert_eq!(library.articles().unwrap().len(), 1);
    assert_eq!(open(&path).recall(&article(HARBOUR)).unwrap(), written);
}

#[test]
fn a_place_is_found_again_where_blocks_are_numbered_otherwise() {
    let (_folder, path) = harbour();
    let mut document = article(HARBOUR);
    document.blocks.remove(0);
    assert_eq!(open(&path).recall(&document).unwrap(), memory(0));
    // A remark whose block is no longer one is where its words are.
    let remarks = [Remark::highlight(3), note(3, "which storm?")].into();
    open(&path).remember(&article(HARBOUR), "harbour.txt", &Memory { remarks, ..memory(1) }).unwrap();
    let span = document.blocks[2].span.as_ref().unwrap().start..document.blocks[3].span.as_ref().unwrap().end;
    document.blocks.splice(2..4, [cutline::document::Block { span: Some(span), ..Default::default() }]);
    let found = open(&path).recall(&document).unwrap().remarks;
    assert_eq!(found, [Remark::highlight(2), note(2, "which storm?")].into());
}

#[test]
fn two_cutlines_at_once_keep_what_both_say() {
    let (_folder, path) = harbour();
    let document = article(HARBOUR);
    let mut libraries = [open(&path), open(&path)];
    let mut memories = libraries.each_mut().map(|library| library.recall(&document).unwrap());
    for (turn, letter) in ('a'..='j').enumerate() {
        let (library, memory) = (&mut libraries[turn % 2], &mut memories[turn % 2]);
        memory.marks.insert(letter, at(turn % 6));
        memory.corrections.push(Correction::Role { block: turn % 6, role: Role::ALL[turn % 8] });
        memory.remarks.extend([Remark::highlight(turn / 2), note(turn % 6, &letter.to_string())]);
        library.remember(&document, "harbour.txt", memory).unwrap();
    }
    // Each takes its own last correction and a highlight back, and only those.
    for (library, memory) in libraries.iter_mut().zip(&mut memories) {
        memory.corrections.pop();
        memory.remarks.remove(&Remark::highlight(0));
        library.remember(&document, "harbour.txt", memory).unwrap();
    }
    let all = open(&path).recall(&document).unwrap();
    assert_eq!(all.marks.keys().collect::<String>(), "abcdefghij");
    let said = |turn: usize| Correction::Role { block: turn % 6, role: Role::ALL[turn % 8] };
    assert_eq!(all.corrections, (0..8).map(said).collect::<Vec<_>>());
    let notes = ('a'..='j').enumerate().map(|(turn, letter)| note(turn % 6, &letter.to_string()));
    assert_eq!(all.remarks, notes.chain((1..5).map(Remark::highlight)).collect());
}

#[test]
fn many_cutlines_that_begin_at_the_same_moment_all_save() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let letters = 'a'..='h';
    let together = Barrier::new(8);
    thread::scope(|scope| {
        for letter in letters.clone() {
            let (path, together) = (&path, &together);
            scope.spawn(move || {
                together.wait();
                let memory = Memory { marks: [(letter, at(1))].into(), ..Memory::default() };
                open(path).remember(&article(HARBOUR), "harbour.txt", &memory).unwrap();
            });
        }
    });
    let marks = open(&path).recall(&article(HARBOUR)).unwrap().marks;
    assert_eq!(marks.into_keys().collect::<Vec<_>>(), letters.collect::<Vec<_>>());
}

#[test]
fn a_glance_tells_what_a_library_has_nothing_of() {
    let (folder, path) = harbour();
    let (harbour, hill) = (article(HARBOUR), article("The hill\n\nNobody has climbed it since.\n"));
    assert!(library::may_have(&path, &harbour) && !library::may_have(&path, &hill));
    // However many pages the database has.
    let mut library = open(&path);
    let towns = |number: usize| article(&format!("Town {number}\n\nIt has {number} houses and a well.\n"));
    (0..300).for_each(|number| library.remember(&towns(number), "town.txt", &memory(1)).unwrap());
    assert!((0..300).all(|number| library::may_have(&path, &towns(number))));
    assert!(
        library::may_have(&path, &harbour)
            && !library::may_have(&path, &hill)
            && !library::may_have(&path, &towns(300))
    );

    // Where there is something to say of the library, or only SQLite can tell, it is to be opened.
    let doubtful = folder.path().join("doubtful.db");
    let whole = fs::read(&path).unwrap();
    let mut other_version = whole.clone();
    other_version[63] += 1;
    let cut_short = &whole[..whole.len() - 4096];
    for bytes in [&whole[..50], cut_short, b"no database at all\n", &other_version, &vec![0; 3 << 20], &[]] {
        fs::write(&doubtful, bytes).unwrap();
        assert!(library::may_have(&doubtful, &hill));
    }
    fs::write(&doubtful, &whole).unwrap();
    assert!(!library::may_have(&doubtful, &hill));
    fs::write(folder.path().join("doubtful.db-journal"), "pages before").unwrap();
    assert!(library::may_have(&doubtful, &hill), "another cutline may be writing");
    assert!(library::may_have(folder.path(), &hill) && library::may_have(&folder.path().join("none.db"), &hill));
}

#[test]
fn an_article_that_was_not_recalled_is_recorded_with_when_it_was_opened() {
    let (_folder, path) = harbour();
    let hill = article("The hill\n\nNobody has climbed it since.\n");
    let mut library = open(&path);
    let opened = std::time::UNIX_EPOCH + Duration::from_secs(993_600);
    library.met(&hill, opened);
    library.remember(&hill, "hill.txt", &memory(1)).unwrap();
    let days: Vec<String> = library.articles().unwrap().into_iter().map(|read| read.day).collect();
    assert_eq!(days.last().map(String::as_str), Some("1970-01-12"), "{days:?}");
    assert_eq!(open(&path).recall(&hill).unwrap(), memory(1));
}

#[test]
fn a_damaged_library_is_set_aside_and_a_new_one_begun() {
    let (_folder, path) = harbour();
    let whole = fs::read(&path).unwrap();
    let mut broken_header = whole.clone();
    broken_header[100..200].fill(0xff);
    let damages =
        [whole[..whole.len() / 2].to_vec(), whole[..50].to_vec(), b"no database at all\n".repeat(500), broken_header];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        fs::write(&path, &damage).unwrap();
        let Opened { mut library, warning } = Library::open(&path).unwrap();
        let kept = set_aside(folder.path());
        assert_eq!(kept.len(), 1);
        assert_eq!(fs::read(&kept[0]).unwrap(), damage, "it is kept as it was");
        let name = kept[0].file_name().unwrap().to_string_lossy();
        let told = format!("{} was damaged: it is kept as {name}, and a new one was begun", path.display());
        assert_eq!(warning, Some(told));
        library.remember(&article(HARBOUR), "harbour.txt", &memory(3)).unwrap();
        assert_eq!(open(&path).recall(&article(HARBOUR)).unwrap(), memory(3));
    }
}

#[test]
fn a_library_damaged_twice_in_a_second_keeps_both() {
    let (folder, path) = harbour();
    for damage in ["one", "two", "three"] {
        fs::write(&path, damage).unwrap();
        assert!(Library::open(&path).unwrap().warning.is_some());
    }
    let kept: Vec<_> = set_aside(folder.path()).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!(kept.len(), 3, "{kept:?}");
}

#[test]
fn a_database_of_something_else_is_set_aside() {
    let others = [
        "CREATE TABLE recipes (name)",
        "CREATE TABLE recipes (name); PRAGMA user_version = 1",
        "PRAGMA application_id = 12; PRAGMA user_version = 99",
        "PRAGMA application_id = 1668641900; PRAGMA user_version = -1",
        "PRAGMA application_id = 1668641900; PRAGMA user_version = 1; CREATE TABLE articles (id)",
    ];
    for other in others {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(other).unwrap();
        let warning = Library::open(&path).unwrap().warning;
        assert!(warning.is_some_and(|told| told.contains("was damaged")), "{other}");
        assert_eq!(set_aside(folder.path()).len(), 1);
    }
}

/// Breaks a database that is open.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[4096..].fill(0x5a);
    // A change counter that differs has SQLite read the pages anew.
    bytes[24..28].fill(0x01);
    fs::write(path, bytes).unwrap();
}

#[test]
fn damage_while_it_is_open_is_healed_and_said_aloud() {
    let (folder, path) = harbour();
    let document = article(HARBOUR);
    let mut library = open(&path);
    let mut kept = library.recall(&document).unwrap();
    damage(&path);
    kept.marks.insert('a', at(2));
    let told = library.remember(&document, "harbour.txt", &kept).unwrap_err().to_string();
    assert!(told.contains("was damaged: it is kept as library.db.damaged-"), "{told}");
    assert_eq!(set_aside(folder.path()).len(), 1);
    assert_eq!(library.recall(&document).unwrap(), kept, "all of it was kept in the new one");
    assert_eq!(open(&path).recall(&document).unwrap(), kept);
}

#[test]
fn damage_that_recalling_meets_is_said_when_something_is_saved() {
    let (folder, path) = harbour();
    let document = article(HARBOUR);
    let mut library = open(&path);
    damage(&path);
    assert_eq!(library.corrections(&document).unwrap(), []);
    assert_eq!(library.recall(&document).unwrap(), Memory::default());
    assert_eq!(set_aside(folder.path()).len(), 1);
    let told = library.remember(&document, "harbour.txt", &memory(2)).unwrap_err().to_string();
    assert!(told.contains("was damaged: it is kept as library.db.damaged-"), "{told}");
    library.remember(&document, "harbour.txt", &memory(2)).unwrap();
    assert_eq!(open(&path).recall(&document).unwrap(), memory(2));
}

#[test]
fn a_library_that_is_taken_away_while_open_is_begun_anew() {
    let (folder, path) = harbour();
    let document = article(HARBOUR);
    let mut library = open(&path);
    let mut kept = library.recall(&document).unwrap();
    fs::rename(&path, folder.path().join("elsewhere.db")).unwrap();
    kept.marks.insert('a', at(2));
    library.remember(&document, "harbour.txt", &kept).unwrap();
    assert_eq!(open(&path).recall(&document).unwrap(), kept);
}

#[test]
fn a_library_from_the_future_is_left_as_it_is() {
    let (_folder, path) = harbour();
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let before = fs::read(&path).unwrap();
    let told = format!("nothing is saved: {}: it was written by a newer cutline", path.display());
    assert_eq!(refused(&path), told);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_file_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    fs::create_dir(&path).unwrap();
    assert_eq!(refused(&path), format!("nothing is saved: {}: it is a directory", path.display()));
    let under = path.join("deep").join("library.db");
    fs::write(path.join("deep"), "a file where a directory should be").unwrap();
    assert!(refused(&under).starts_with(&format!("nothing is saved: {}: ", under.display())));
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_and_devices_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str, to: &str| {
        let path = folder.path().join(name);
        std::os::unix::fs::symlink(to, &path).unwrap();
        path
    };
    assert!(refused(&link("loop.db", "loop.db")).contains("loop.db: "));
    assert!(refused(&link("astray.db", "no/such/place.db")).contains("astray.db: it cannot be"));
    assert!(refused(&link("zero.db", "/dev/zero")).ends_with("zero.db: it is not a file"));
    let (kept, path) = harbour();
    let linked = link("linked.db", &path.to_string_lossy());
    assert_eq!(open(&linked).recall(&article(HARBOUR)).unwrap(), memory(1), "one that leads somewhere is followed");
    drop(kept);
}

#[cfg(unix)]
#[test]
fn a_library_is_its_readers_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("share").join("library.db");
    open(&path);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[cfg(unix)]
#[test]
fn where_nothing_may_be_written_what_is_there_is_still_recalled() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = harbour();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(&path, 0o400);
    allow(folder.path(), 0o500);
    if fs::write(folder.path().join("probe"), "").is_ok() {
        eprintln!("skipped: permissions do not bind this user");
        return;
    }
    let absent = folder.path().join("other.db");
    assert_eq!(refused(&absent), format!("nothing is saved: {}: permission denied", absent.display()));
    let Opened { mut library, warning } = Library::open(&path).unwrap();
    assert_eq!(warning, Some(format!("nothing is saved: {}: it is read-only", path.display())));
    assert_eq!(library.recall(&article(HARBOUR)).unwrap(), memory(1));
    library.remember(&article(HARBOUR), "harbour.txt", &memory(2)).unwrap_err();
    // The file alone may be written, but no journal beside it.
    allow(&path, 0o600);
    let Opened { mut library, warning } = Library::open(&path).unwrap();
    assert_eq!(warning, None);
    let told = library.remember(&article(HARBOUR), "harbour.txt", &memory(2)).unwrap_err().to_string();
    assert!(told.starts_with("nothing is saved: "), "{told}");
    allow(folder.path(), 0o700);
    assert_eq!(open(&path).recall(&article(HARBOUR)).unwrap(), memory(1));
}

#[test]
fn sentences_about_a_library_hold_no_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bell\u{7}\u{1b}[31m").join("library.db");
    fs::create_dir_all(&path).unwrap();
    assert!(!refused(&path).contains(char::is_control));
    let path = path.with_file_name("damaged.db");
    fs::write(&path, "no database at all").unwrap();
    assert!(!Library::open(&path).unwrap().warning.unwrap().contains(char::is_control));
}

/// Has the test below say where the library is, in a process whose environment is not this one's.
#[cfg(target_os = "linux")]
const SAY_WHERE: &str = "CUTLINE_TEST_SAY_WHERE";

#[cfg(target_os = "linux")]
#[test]
fn the_library_is_in_the_data_directory_and_never_at_a_relative_path() {
    if std::env::var_os(SAY_WHERE).is_some() {
        match library::default_path() {
            Ok(path) => println!("<{}>", path.display()),
            Err(error) => println!("<{error}>"),
        }
        return;
    }
    let said = |home: &str, data: &str| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_library_is_in_the_data_directory_and_never_at_a_relative_path", "--nocapture"])
            .envs([(SAY_WHERE, "1"), ("HOME", home), ("XDG_DATA_HOME", data)])
            .output()
            .unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        output.split_once('<').and_then(|(_, rest)| rest.split_once('>')).unwrap().0.to_string()
    };
    assert_eq!(said("/home/reader", "/data"), "/data/cutline/library.db");
    assert_eq!(said("/home/reader", ""), "/home/reader/.local/share/cutline/library.db");
    assert_eq!(said("/home/reader", "data"), "/home/reader/.local/share/cutline/library.db");
    assert_eq!(said("reader", ""), "nothing is saved: there is no home directory");
}

/// Names the library that [`a_cutline_that_is_killed_leaves_the_old_or_the_new`] has another process write.
const WRITTEN_BY_CHILD: &str = "CUTLINE_TEST_LIBRARY";

#[test]
fn a_cutline_that_is_killed_leaves_the_old_or_the_new() {
    let document = article(HARBOUR);
    let same = |block| Memory { marks: [('a', at(block)), ('b', at(block))].into(), ..memory(block) };
    if let Some(path) = std::env::var_os(WRITTEN_BY_CHILD) {
        let mut library = open(Path::new(&path));
        library.remember(&document, "harbour.txt", &same(0)).unwrap();
        std::io::stdout().write_all(b"!\n").unwrap();
        for turn in 0.. {
            library.remember(&document, "harbour.txt", &same(turn % 6)).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    for turn in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_cutline_that_is_killed_leaves_the_old_or_the_new", "--nocapture"])
            .env(WRITTEN_BY_CHILD, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut begun = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::skip_until(&mut begun, b'!').unwrap();
        thread::sleep(Duration::from_millis(10 + 7 * turn));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = open(&path).recall(&document).unwrap();
        let block = found.place.map_or(0, |place| place.top.block);
        assert_eq!(found, same(block));
    }
}
