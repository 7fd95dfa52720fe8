//! The house's plan: a room imports only rooms above it in the list that `ARCHITECTURE.md` gives.

mod common;

use std::fs;
use std::path::Path;

const ROOMS: [&str; 20] = [
    "clean",
    "address",
    "decode",
    "picture",
    "document",
    "mend",
    "read",
    "structure",
    "layout",
    "export",
    "reader",
    "keys",
    "theme",
    "view",
    "config",
    "library",
    "input",
    "batch",
    "terminal",
    "session",
];

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_room_imports_only_rooms_above_it() {
    let src = common::path("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut seen = 0;
    for file in files {
        let inner = file.strip_prefix(&src).unwrap().with_extension("");
        let room = inner.components().next().unwrap().as_os_str().to_str().unwrap().to_string();
        if ["lib", "main"].contains(&room.as_str()) {
            continue;
        }
        let floor = ROOMS.iter().position(|r| *r == room).unwrap_or_else(|| panic!("{room} has no place in the plan"));
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| line.trim_start().starts_with("use crate::")) {
            let rest = line.trim_start().trim_start_matches("use crate::").trim_start_matches('{');
            for name in rest.split(", ").map(|part| part.split([':', ';', ' ', '{', '}']).next().unwrap()) {
                if let Some(other) = ROOMS.iter().position(|r| *r == name) {
                    seen += 1;
                    assert!(other <= floor, "{} imports {name}, which lies below it", file.display());
                }
            }
        }
    }
    assert!(seen > 40, "the test reads the imports: {seen}");
}

#[test]
fn the_architecture_note_names_every_room() {
    let note = fs::read_to_string(common::path("ARCHITECTURE.md")).unwrap();
    for room in ROOMS {
        let exists = common::path(&format!("src/{room}.rs")).exists();
        assert_eq!(note.contains(&format!("{room}.rs")), exists, "{room}");
    }
}
