//! Patterns of file names that a shell did not expand: `*`, `?`, `[…]`, and `**` for any directories between.

use std::path::{Path, PathBuf};

/// What makes a name a pattern.
pub const WILD: [char; 3] = ['*', '?', '['];

/// The files that a pattern matches, in the order of their names. What is hidden is matched only by a pattern that
/// begins with a dot.
pub fn files(pattern: &str, found: &mut Vec<PathBuf>) {
    let mut parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    parts.dedup_by(|a, b| *a == "**" && *b == "**");
    // At the end it stands for whatever is in them.
    if parts.last() == Some(&"**") {
        parts.push("*");
    }
    walk(Path::new(if pattern.starts_with('/') { "/" } else { "" }), &parts, found);
    found.sort();
    found.dedup();
}

fn walk(at: &Path, parts: &[&str], found: &mut Vec<PathBuf>) {
    match parts {
        [] if at.is_file() => found.push(at.to_path_buf()),
        [] => {}
        ["**", rest @ ..] => {
            walk(at, rest, found);
            // Directories that are but linked to are not entered: they may lead back.
            for (name, path) in entries(at) {
                if !name.starts_with('.') && path.symlink_metadata().is_ok_and(|about| about.is_dir()) {
                    walk(&path, parts, found);
                }
            }
        }
        [part, rest @ ..] if part.contains(WILD) => {
            let pattern: Vec<char> = part.chars().collect();
            for (name, path) in entries(at) {
                if name.starts_with('.') == part.starts_with('.') && matches(&pattern, &name) {
                    walk(&path, rest, found);
                }
            }
        }
        [part, rest @ ..] => walk(&at.join(part), rest, found),
    }
}

/// What is in a directory, by name. A name need not be UTF-8.
fn entries(directory: &Path) -> Vec<(String, PathBuf)> {
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(entries) = std::fs::read_dir(here) else { return Vec::new() };
    let named = |name: std::ffi::OsString| (name.to_string_lossy().into_owned(), directory.join(name));
    entries.flatten().map(|entry| named(entry.file_name())).collect()
}

/// Whether a name is what a pattern describes. Costs at most the length of one times that of the other.
fn matches(pattern: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut in_name) = (0, 0);
    // Where the last star is, and how far it reaches.
    let mut star = None;
    loop {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, in_name));
            at += 1;
        } else if let Some(len) = name.get(in_name).and_then(|c| one(&pattern[at..], *c)) {
            at += len;
            in_name += 1;
        } else if at == pattern.len() && in_name == name.len() {
            return true;
        } else if let Some((back, reach)) = star.filter(|(_, reach)| *reach < name.len()) {
            star = Some((back, reach + 1));
            (at, in_name) = (back + 1, reach + 1);
        } else {
            return false;
        }
    }
}

/// How much of a pattern describes one character, if it does: a class such as `[a-z]` or `[!0-9]`, `?`, or itself.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', class @ ..] => {
            let negated = matches!(class, ['!' | '^', ..]);
            let class = &class[usize::from(negated)..];
            // A bracket that comes first stands for itself.
            let Some(end) = class.iter().skip(1).position(|c| *c == ']').map(|end| end + 1) else {
                return (c == '[').then_some(1);
            };
            (in_class(&class[..end], c) != negated).then_some(end + 2 + usize::from(negated))
        }
        [first, ..] => (*first == c).then_some(1),
        [] => None,
    }
}

fn in_class(mut class: &[char], c: char) -> bool {
    loop {
        class = match class {
            [from, '-', to, rest @ ..] => {
                if (*from..=*to).contains(&c) {
                    return true;
                }
                rest
            }
            [one, ..] if *one == c => return true,
            [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_as_shells_do() {
        let matches = |pattern: &str, name: &str| matches(&pattern.chars().collect::<Vec<_>>(), name);
        for (pattern, name) in [
            ("*", ""),
            ("*.txt", "a.txt"),
            ("a*b*c", "aXbYbZc"),
            ("?", "é"),
            ("[a-c]x", "bx"),
            ("[!a-c]x", "dx"),
            ("[]]", "]"),
            ("[-a]", "-"),
            ("[", "["),
            ("[ab", "[ab"),
            ("**", "any"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("*.txt", "a.txtx"), ("?", ""), ("[a-c]x", "dx"), ("[!a]", "a"), ("a*b", "ac"), ("", "a")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        let costly = "a*".repeat(2000) + "b";
        assert!(!matches(&costly, &"a".repeat(2000)));
    }

    #[test]
    fn two_stars_at_the_end_are_all_files_below() {
        let folder = tempfile::tempdir().unwrap();
        let all = ["a.txt", "deep/b.html", "deep/er/c"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(folder.path().join("deep/er")).unwrap();
        all.iter().for_each(|path| std::fs::write(path, "Words.\n").unwrap());
        let found = |pattern: &str| {
            let mut found = Vec::new();
            files(&format!("{}/{pattern}", folder.path().display()), &mut found);
            found
        };
        assert_eq!(found("**"), all);
        assert_eq!(found("**/*"), all);
        assert_eq!(found("deep/**"), all[1..]);
    }

    /// A crate for this panicked at such names.
    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_utf_8_is_matched() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"bad\xff.txt"));
        std::fs::write(&odd, "Words.\n").unwrap();
        let mut found = Vec::new();
        files(&format!("{}/*.txt", folder.path().display()), &mut found);
        assert_eq!(found, [odd]);
    }
}
