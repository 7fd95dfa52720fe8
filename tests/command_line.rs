//! The command line: what is printed, what is complained of, and the exit status, each in a scratch directory.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const ARTICLE: &str = "\
A quiet morning on the quay

By Ada Nettle

The ferry did not sail on Tuesday, and nobody on the quay seemed to mind very much about it.

Ferry hands Bo Lund and Kim Ash coil rope beside the ferry, which didn't sail

Ferry hands Bo Lund and Kim Ash coil rope beside the ferry, which didn’t sail

The harbour master said that it would sail on Wednesday, and that on Wednesday it would rain.
";

/// cutline in an empty directory with an article, and no configuration but what a test writes.
struct Scratch {
    directory: TempDir,
}

impl Scratch {
    fn new() -> Scratch {
        let scratch = Scratch { directory: TempDir::new().unwrap() };
        scratch.write("article.txt", ARTICLE.as_bytes());
        scratch
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn cutline(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutline"));
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        command.env("HOME", self.path()).env("XDG_CONFIG_HOME", self.path().join("config"));
        command
    }

    /// Standard output, standard error and the exit status.
    fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        let output = self.cutline(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code().unwrap())
    }
}

#[test]
fn where_output_is_no_terminal_the_article_is_printed() {
    let scratch = Scratch::new();
    let (out, err, status) = scratch.run(&["article.txt"]);
    assert_eq!((err.as_str(), status), ("", 0));
    assert!(out.starts_with("A quiet morning on the quay\n\n"));
    assert!(
        out.contains("The ferry did not sail on Tuesday, and nobody on the quay seemed to\nmind very much about it.\n")
    );
    assert!(out.lines().all(|line| line.chars().count() <= 68));
    assert_eq!(scratch.run(&["-p", "article.txt"]).0, out);
    assert_eq!(scratch.run(&["--format", "text", "article.txt"]).0, out);
}

#[test]
fn width_and_toggles_change_what_is_printed() {
    let scratch = Scratch::new();
    let narrow = scratch.run(&["--width", "30", "article.txt"]).0;
    assert!(narrow.lines().all(|line| line.chars().count() <= 30));
    let times = |out: &str| out.matches("Bo Lund").count();
    assert_eq!(times(&scratch.run(&["article.txt"]).0), 1);
    assert_eq!(times(&scratch.run(&["--show", "duplicates", "article.txt"]).0), 2);
    assert_eq!(times(&scratch.run(&["--hide", "captions,boilerplate", "article.txt"]).0), 0);
}

#[test]
fn json_holds_every_block_with_its_place() {
    let scratch = Scratch::new();
    let (out, _, status) = scratch.run(&["--format", "json", "article.txt"]);
    assert_eq!(status, 0);
    let article: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&article["schema"], &article["source"], &article["format"]),
        (&1.into(), &"article.txt".into(), &"text".into())
    );
    assert_eq!(article["title"], "A quiet morning on the quay");
    let blocks = article["blocks"].as_array().unwrap();
    let spans: Vec<&str> = blocks
        .iter()
        .map(|b| &ARTICLE[b["span"][0].as_u64().unwrap() as usize..b["span"][1].as_u64().unwrap() as usize])
        .collect();
    assert_eq!(spans, ARTICLE.split("\n\n").map(str::trim).collect::<Vec<_>>());
    assert_eq!(blocks[3]["role"], "caption");
    assert_eq!(blocks[3]["duplicate_of"], 4);
}

#[test]
fn jsonl_is_a_line_a_source_errors_too() {
    let scratch = Scratch::new();
    let (out, err, status) = scratch.run(&["--format", "jsonl", "article.txt", "missing.txt", "article.txt"]);
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), status, err.as_str()), (3, 1, ""));
    assert_eq!(lines[1], serde_json::json!({"source": "missing.txt", "error": "no such file"}));
    assert_eq!(lines[0], lines[2]);
}

/// What each line says that it is of, and why it is none where it is none.
fn told(out: &str) -> Vec<(String, Option<String>)> {
    let line = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().map(str::to_string);
        (text("source").unwrap(), text("error"))
    };
    out.lines().map(line).collect()
}

#[test]
fn the_lines_of_many_sources_are_in_order() {
    let scratch = Scratch::new();
    // Long ones first: they take longest.
    let names: Vec<String> = (0..60).map(|i| format!("many/{i:02}.txt")).collect();
    for (i, name) in names.iter().enumerate() {
        scratch.write(name, ARTICLE.repeat(1 + (60 - i) % 20 * 5).as_bytes());
    }
    std::fs::create_dir(scratch.path().join("empty")).unwrap();
    let missing = [(20, "many/missing.txt".to_string()), (41, "empty".to_string())];
    let mut listed = names.clone();
    missing.iter().for_each(|(at, name)| listed.insert(*at, name.clone()));
    scratch.write("list", format!("{}\n\n", listed.join("\n")).as_bytes());
    let (out, err, status) = scratch.run(&["--format", "jsonl", "article.txt", "--files-from", "list"]);
    assert_eq!((err.as_str(), status), ("", 1));
    let told = told(&out);
    let sources: Vec<&String> = told.iter().map(|(source, _)| source).collect();
    assert_eq!(sources[0], "article.txt");
    assert_eq!(sources[1..], listed.iter().collect::<Vec<_>>());
    let failed: Vec<&str> = told.iter().filter_map(|(_, error)| error.as_deref()).collect();
    assert_eq!(failed, ["no such file", "it is a directory without articles"]);
    let alone = |name: &str| scratch.run(&["--format", "jsonl", name]).0;
    assert_eq!(out.lines().nth(8).unwrap(), alone(&names[7]).trim_end());
    let (_, err, status) = scratch.run(&["--format", "text", "--files-from", "nowhere"]);
    assert_eq!((err.as_str(), status), ("cutline: nowhere: no such file\n", 1));
}

#[test]
fn articles_come_as_lines_of_json_too() {
    use std::io::{BufRead, BufReader, Write};
    let scratch = Scratch::new();
    let text = serde_json::to_string(ARTICLE).unwrap();
    let lines = format!(
        "{{\"id\": \"one\", \"text\": {text}}}\n\n{{\"id\": 2, \"html\": \"<h1>Gull</h1><p>It rained.</p>\"}}\n{{oh\n\
         {{\"text\": \"It rained.\"}}"
    );
    scratch.write("pile.jsonl", lines.as_bytes());
    let (out, err, status) = scratch.run(&["--from", "jsonl", "pile.jsonl", "missing.jsonl"]);
    assert_eq!((err.as_str(), status), ("", 1));
    let told = told(&out);
    let sources: Vec<&str> = told.iter().map(|(source, _)| source.as_str()).collect();
    assert_eq!(sources, ["one", "2", "pile.jsonl, line 4", "pile.jsonl, line 5", "missing.jsonl"]);
    assert_eq!(told.iter().map(|(_, error)| error.is_some()).collect::<Vec<_>>(), [false, false, true, false, true]);
    let blocks =
        |out: &str| serde_json::from_str::<serde_json::Value>(out.lines().next().unwrap()).unwrap()["blocks"].clone();
    assert_eq!(blocks(&out), blocks(&scratch.run(&["--format", "jsonl", "article.txt"]).0));
    // A line is answered before the next one comes.
    let mut cutline = scratch.cutline(&["--from", "jsonl"]);
    let mut child = cutline.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut pipe = child.stdin.take().unwrap();
    for id in ["a", "b", "c"] {
        writeln!(pipe, "{{\"id\": \"{id}\", \"text\": \"It rained.\"}}").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains(&format!("\"source\":\"{id}\"")), "{answer}");
    }
    drop(pipe);
    assert!(child.wait().unwrap().success());
}

#[test]
fn lines_of_json_are_read_packed_and_with_a_byte_order_mark() {
    use std::io::Write;
    let scratch = Scratch::new();
    let lines = "\u{feff}{\"id\": \"one\", \"text\": \"It rained.\"}\n{\"id\": \"two\", \"text\": \"It went on.\"}\n";
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(lines.as_bytes()).unwrap();
    scratch.write("pile.jsonl", lines.as_bytes());
    scratch.write("pile.jsonl.gz", &packer.finish().unwrap());
    scratch.write("pile-16.jsonl", &lines.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    for name in ["pile.jsonl", "pile.jsonl.gz", "pile-16.jsonl"] {
        let (out, err, status) = scratch.run(&["--from", "jsonl", name]);
        assert_eq!((err.as_str(), status), ("", 0));
        assert_eq!(told(&out), ["one", "two"].map(|id| (id.to_string(), None)), "{name}");
    }
}

#[test]
fn markdown_has_headings_and_captions() {
    let scratch = Scratch::new();
    let (out, _, status) = scratch.run(&["--format", "markdown", "article.txt"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("# A quiet morning on the quay\n"));
}

#[test]
fn a_blank_line_parts_articles_and_leads_none() {
    let scratch = Scratch::new();
    for form in ["text", "markdown"] {
        let one = scratch.run(&["--format", form, "article.txt"]).0;
        assert_eq!(scratch.run(&["--format", form, "missing.txt", "article.txt"]).0, one);
        let two = scratch.run(&["--format", form, "article.txt", "missing.txt", "article.txt"]).0;
        assert_eq!(two, format!("{one}\n{one}"));
    }
}

#[test]
fn standard_input_is_read_where_no_source_or_a_dash_is_given() {
    let scratch = Scratch::new();
    for arguments in [&[][..], &["-"][..]] {
        let file = std::fs::File::open(scratch.path().join("article.txt")).unwrap();
        let output = scratch.cutline(arguments).stdin(file).output().unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("A quiet morning"));
    }
}

#[test]
fn directories_and_quoted_patterns_stand_for_the_articles_in_them() {
    let scratch = Scratch::new();
    for name in ["pile/a.txt", "pile/b.md", "pile/deeper/c.txt"] {
        scratch.write(name, format!("The article called {name} ends here.\n").as_bytes());
    }
    scratch.write("pile/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    let sources = |arguments: &[&str]| -> Vec<String> {
        let (out, err, status) = scratch.run(&[&["--format", "jsonl"], arguments].concat());
        assert_eq!((err.as_str(), status), ("", 0));
        let source = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["source"].clone();
        out.lines().map(|line| source(line).as_str().unwrap().to_string()).collect()
    };
    assert_eq!(sources(&["pile"]), ["pile/a.txt", "pile/b.md", "pile/deeper/c.txt"]);
    assert_eq!(sources(&["pile/*.txt", "article.txt"]), ["pile/a.txt", "article.txt"]);
    // So they do in a list.
    scratch.write("list", b"article.txt\npile/*.md\npile\n");
    assert_eq!(
        sources(&["--files-from", "list"]),
        ["article.txt", "pile/b.md", "pile/a.txt", "pile/b.md", "pile/deeper/c.txt"]
    );
}

#[test]
fn standard_input_is_one_source_and_no_two() {
    let scratch = Scratch::new();
    let complaint = "cutline: standard input (-) is named twice, and comes but once\n";
    for arguments in [&["-", "-"][..], &["-", "article.txt", "-"], &["--files-from", "-", "-"]] {
        assert_eq!(scratch.run(arguments), (String::new(), complaint.to_string(), 2), "{arguments:?}");
    }
    // A list is read only later.
    scratch.write("list", b"-\narticle.txt\n");
    let listed = |arguments: &[&str]| {
        let list = std::fs::File::open(scratch.path().join("list")).unwrap();
        let output = scratch.cutline(&[&["--format", "jsonl"], arguments].concat()).stdin(list).output().unwrap();
        (told(&String::from_utf8(output.stdout).unwrap()), output.status.code())
    };
    let input = |error: Option<&str>| ("standard input".to_string(), error.map(str::to_string));
    let article = ("article.txt".to_string(), None);
    assert_eq!(listed(&["--files-from", "list"]), (vec![input(None), article.clone()], Some(0)));
    assert_eq!(listed(&["--files-from", "-"]), (vec![input(Some("it is read already")), article], Some(1)));
}

#[test]
fn an_endless_pipe_is_cut_short_and_that_is_said() {
    let scratch = Scratch::new();
    let mut cutline = scratch.cutline(&["--format", "jsonl"]);
    let child = cutline.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // Long paragraphs: what is measured here is the pipe.
    let paragraph = format!("{}\n\n", "It rained, and it went on raining. ".repeat(3000));
    let feeder = std::thread::spawn(move || {
        use std::io::Write;
        while pipe.write_all(paragraph.as_bytes()).is_ok() {}
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let complaint = "cutline: standard input: only its first 32 MB were read\n";
    assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.status.code()), (complaint, Some(0)));
    assert!(output.stdout.len() > 30 << 20);
}

#[test]
fn what_cannot_be_read_is_one_sentence_that_names_it_and_status_1() {
    let scratch = Scratch::new();
    scratch.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    std::fs::create_dir(scratch.path().join("folder")).unwrap();
    for (source, sentence) in [
        ("missing.txt", "cutline: missing.txt: no such file\n"),
        ("folder", "cutline: folder: it is a directory without articles\n"),
        ("none*", "cutline: none*: no such file\n"),
        ("picture.png", "cutline: picture.png: it is not text but a picture\n"),
        ("evil\x1b[31m\n.txt", "cutline: evil␛[31m .txt: no such file\n"),
    ] {
        let (out, err, status) = scratch.run(&[source]);
        assert_eq!((out.as_str(), err.as_str(), status), ("", sentence, 1));
    }
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let path = scratch.path().join("article.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let (_, err, status) = scratch.run(&["article.txt"]);
    assert_eq!((err.as_str(), status), ("cutline: article.txt: it may not be read: permission denied\n", 1));
}

#[test]
fn the_others_are_still_shown_where_one_source_fails() {
    let scratch = Scratch::new();
    let (out, err, status) = scratch.run(&["missing.txt", "article.txt"]);
    assert!(out.contains("A quiet morning"));
    assert_eq!((err.as_str(), status), ("cutline: missing.txt: no such file\n", 1));
}

#[test]
fn wrong_usage_is_status_2() {
    let scratch = Scratch::new();
    for arguments in [
        &["--no-such-option"][..],
        &["--format", "poem"],
        &["--width", "0"],
        &["--config", "none.toml"],
        &["--theme", "none"],
    ] {
        let (out, err, status) = scratch.run(arguments);
        assert_eq!((out.as_str(), status), ("", 2), "{arguments:?}");
        assert!(!err.is_empty());
    }
}

#[test]
fn what_is_compressed_and_breaks_off_is_printed_so_far_and_that_is_told() {
    use std::io::Write;

    let scratch = Scratch::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(ARTICLE.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    scratch.write("whole.gz", &packed);
    scratch.write("broken.gz", &packed[..packed.len() - 10]);
    let (_, err, status) = scratch.run(&["whole.gz"]);
    assert_eq!((err.as_str(), status), ("", 0));
    let (out, err, status) = scratch.run(&["broken.gz"]);
    assert!(out.starts_with("A quiet morning"));
    assert_eq!(err, "cutline: broken.gz: it is compressed, and broken: what comes before that was read\n");
    assert_eq!(status, 0);
}

#[test]
fn a_wrong_configuration_is_named_and_the_article_still_shown() {
    let scratch = Scratch::new();
    scratch.write("config/cutline/config.toml", b"measure = 50\nmesure = 3\n");
    let (out, err, status) = scratch.run(&["article.txt"]);
    assert!(out.contains("A quiet morning"));
    assert!(err.contains("config.toml: line 2: unknown field `mesure`"), "{err}");
    assert_eq!(status, 2);
    scratch.write("other.toml", b"theme = 3\n");
    let (out, err, status) = scratch.run(&["--config", "other.toml", "article.txt"]);
    assert!(out.contains("A quiet morning"));
    assert!(err.contains("other.toml: line 1:"), "{err}");
    assert_eq!(status, 2);
    let (out, _, status) = scratch.run(&["--config", ".", "article.txt"]);
    assert_eq!((out.as_str(), status), ("", 2), "it cannot be read");
}

#[test]
#[cfg(unix)]
fn a_configuration_that_is_nothing_is_the_defaults() {
    let scratch = Scratch::new();
    scratch.write("config/cutline/config.toml", b"measure = 20\n");
    let (out, err, status) = scratch.run(&["--config", "/dev/null", "article.txt"]);
    assert_eq!((err.as_str(), status), ("", 0));
    assert!(out.lines().any(|line| line.chars().count() > 40));
}

#[test]
fn a_theme_that_is_configured_and_not_there_is_told() {
    let scratch = Scratch::new();
    scratch.write("config/cutline/config.toml", b"theme = \"nope\"\n");
    for arguments in [&["article.txt"][..], &["--format", "jsonl", "article.txt"]] {
        let (out, err, status) = scratch.run(arguments);
        assert!(out.contains("A quiet morning"));
        assert!(err.starts_with("cutline: there is no theme “nope”; there are "), "{err}");
        assert_eq!(status, 2);
    }
}

#[test]
fn the_configuration_is_followed() {
    let scratch = Scratch::new();
    scratch.write("config/cutline/config.toml", b"measure = 40\n[show]\nduplicates = true\n");
    let (out, err, status) = scratch.run(&["article.txt"]);
    assert_eq!((err.as_str(), status), ("", 0));
    assert!(out.lines().all(|line| line.chars().count() <= 40));
    assert_eq!(out.matches("Bo Lund").count(), 2);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let scratch = Scratch::new();
    let long: String = (0..4_000).map(|i| format!("Paragraph {i} of a very long article.\n\n")).collect();
    scratch.write("long.txt", long.as_bytes());
    let mut child = scratch.cutline(&["long.txt"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn what_is_no_utf8_is_read_without_failing() {
    let scratch = Scratch::new();
    scratch.write("latin.txt", b"Z\xfcrich is a town.\n");
    scratch.write("empty.txt", b"");
    for source in ["latin.txt", "empty.txt"] {
        let (_, err, status) = scratch.run(&[source]);
        assert_eq!((err.as_str(), status), ("", 0), "{source}");
    }
}

/// What the programs that cutline serves as a filter run, as they run it. The recipes are those of the README.
mod recipes {
    use super::*;

    const PAGE: &str = "<!doctype html><title>Pier</title><body><nav><a href=/>Home</a></nav><article>\
        <h1>The pier is closed</h1><p>The pier was closed on Monday, and the gulls have it to themselves now.</p>\
        <p>Nobody could say on Tuesday when it would open again, or whom to ask about it.</p></article></body>";

    impl Scratch {
        /// What a shell prints, with cutline on its path.
        fn shell(&self, script: &str, stdin: &[u8]) -> String {
            use std::io::Write;
            let binaries = Path::new(env!("CARGO_BIN_EXE_cutline")).parent().unwrap();
            let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap_or_default());
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).current_dir(self.path()).env("PATH", path).env("HOME", self.path());
            shell.env_remove("LESS").env("TERM", "dumb").env("GIT_CONFIG_NOSYSTEM", "1");
            shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = shell.spawn().unwrap();
            let _ = child.stdin.take().unwrap().write_all(stdin);
            String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
        }
    }

    /// Whether the README has a recipe, and the program it is for is here to be tried.
    fn told_and_here(recipe: &str, program: &str) -> bool {
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
        // In a table a bar is escaped.
        assert!(readme.replace("\\|", "|").contains(recipe), "the README does not tell {recipe}");
        let here = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
        if !here {
            eprintln!("skipped: {program} is not here; only what it would run is tried");
        }
        here
    }

    fn assert_is_the_article(printed: &str) {
        assert!(printed.contains("The pier was closed on Monday, and the gulls"), "{printed}");
        assert!(!printed.contains('<') && !printed.contains("Home"), "{printed}");
    }

    #[test]
    fn less_shows_articles_and_whatever_else_as_it_is() {
        let scratch = Scratch::new();
        const TABLE: &str = "[harbour]\nboats = 3\ngulls = 40\n";
        scratch.write("a page.html", PAGE.as_bytes());
        scratch.write("harbour.toml", TABLE.as_bytes());
        let command = r#"f=%s; case $f in *.html|*.htm) cutline -p "$f" 2>/dev/null;; esac"#;
        // The contract: what the command prints is shown; where that is nothing, the file itself.
        assert_is_the_article(&scratch.shell(&command.replace("%s", "a\\ page.html"), b""));
        assert_eq!(scratch.shell(&command.replace("%s", "harbour.toml"), b""), "");
        let recipe = format!("LESSOPEN='|{command}'");
        if told_and_here(&recipe, "less") {
            assert_is_the_article(&scratch.shell(&format!("{recipe} less 'a page.html'"), b""));
            assert_eq!(scratch.shell(&format!("{recipe} less harbour.toml"), b""), TABLE);
        }
    }

    #[test]
    fn git_compares_the_articles_of_pages() {
        let scratch = Scratch::new();
        let recipe = "git config diff.article.textconv 'cutline -p --width 80'";
        // The contract: the command is given to a shell, with a file behind it.
        scratch.write("page.html", PAGE.as_bytes());
        assert_is_the_article(&scratch.shell("cutline -p --width 80 \"$PWD/page.html\"", b""));
        if !told_and_here(recipe, "git") {
            return;
        }
        let begin = "git init -q && echo '*.html diff=article' > .gitattributes && git add . \
            && git -c user.name=a -c user.email=a@b.example commit -qm one";
        scratch.shell(&format!("{begin} && {recipe}"), b"");
        scratch.write("page.html", PAGE.replace("Monday", "Friday").replace("Home", "Start").as_bytes());
        let changes = scratch.shell("git diff", b"");
        let changed: Vec<&str> = changes.lines().filter(|l| l.starts_with(['+', '-'])).skip(2).collect();
        assert!(changed.len() == 2 && changed[1].starts_with("+The pier was closed on Friday"), "{changes}");
    }

    #[test]
    fn newsboat_renders_pages_with_it() {
        let scratch = Scratch::new();
        told_and_here("html-renderer \"cutline -p --from html -\"", "newsboat");
        told_and_here("pager \"cutline %f\"", "newsboat");
        // The contract: HTML on standard input, text on standard output.
        assert_is_the_article(&scratch.shell("cutline -p --from html -", PAGE.as_bytes()));
    }

    #[test]
    fn mutt_shows_html_mail_with_it() {
        let scratch = Scratch::new();
        told_and_here("text/html; cutline -p --from html %s; copiousoutput", "mutt");
        // The contract: a file whose name tells nothing, and what is printed is shown in mutt's pager.
        scratch.write("mutt-1a2b3c", PAGE.as_bytes());
        assert_is_the_article(&scratch.shell("cutline -p --from html mutt-1a2b3c", b""));
    }

    #[test]
    fn w3m_hands_its_page_over() {
        let scratch = Scratch::new();
        told_and_here("w3m -dump_source https://example.org | cutline --from html", "w3m");
        told_and_here("keymap R EXTERN \"cutline %s\"", "w3m");
        assert_is_the_article(&scratch.shell("cat | cutline --from html", PAGE.as_bytes()));
    }
}

/// Runs the README's recipe for other programs that share work out.
#[cfg(unix)]
fn shared_out(scratch: &Scratch, recipe: &str) -> (String, i32) {
    let binaries = Path::new(env!("CARGO_BIN_EXE_cutline")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", recipe]).current_dir(scratch.path()).env("PATH", path).env("HOME", scratch.path());
    let output = shell.stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

#[cfg(unix)]
#[test]
fn xargs_shares_articles_out_to_several_processes() {
    let scratch = Scratch::new();
    let name = |number: usize| format!("articles/{number} of them.txt");
    (0..40).for_each(|number| scratch.write(&name(number), format!("{ARTICLE}\nArticle {number}.\n").as_bytes()));
    let recipe = r#"find articles -name '*.txt' -print0 |
        xargs -0 -P 2 -n 7 sh -c 'cutline --format jsonl "$@" > part.$$.jsonl' sh && cat part.*.jsonl"#;
    let (out, status) = shared_out(&scratch, recipe);
    assert_eq!(status, 0);
    let all: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut sources: Vec<&str> = all.iter().map(|line| line["source"].as_str().unwrap()).collect();
    sources.sort_unstable();
    let mut expected: Vec<String> = (0..40).map(name).collect();
    expected.sort_unstable();
    assert_eq!(sources, expected);
    assert!(all.iter().all(|line| line["blocks"].as_array().is_some_and(|blocks| blocks.len() == 7)));
}

#[cfg(unix)]
#[test]
fn parallel_shares_lines_of_json_out() {
    if !Command::new("parallel").arg("--version").output().is_ok_and(|told| told.status.success()) {
        eprintln!("skipped: GNU parallel is not installed");
        return;
    }
    let scratch = Scratch::new();
    let record = |id: usize| serde_json::json!({"id": id.to_string(), "text": ARTICLE}).to_string() + "\n";
    scratch.write("pages.jsonl", (0..40).map(record).collect::<String>().as_bytes());
    let (out, status) = shared_out(&scratch, "parallel --pipe --block 2k cutline --from jsonl < pages.jsonl");
    assert_eq!((out.lines().count(), status), (40, 0));
    assert!(out.lines().all(|line| line.contains("A quiet morning on the quay")));
}
