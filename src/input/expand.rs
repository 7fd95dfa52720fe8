//! What a word of the command line stands for: one source, the articles in a directory, or what a pattern matches.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Source;
use super::pattern::{self, WILD};

/// What articles' files are called, in small letters.
const EXTENSIONS: [&str; 11] = ["html", "htm", "xhtml", "shtml", "md", "markdown", "mdown", "mkd", "txt", "text", "gz"];

/// The sources that a word stands for, in order; at least one, be it that it cannot be read.
///
/// A directory stands for the articles in it and in those below, in the order of their names: files called as text,
/// HTML and Markdown are. What browsers keep beside a saved page (`PAGE_files`) and what is hidden is passed over. A
/// pattern (`*`, `?`, `[…]`, `**`) that the shell left alone is one here, unless a file is called so.
pub fn expand(word: &OsStr) -> Vec<Source> {
    let source = word.to_str().map_or_else(|| Source::File(word.into()), Source::named);
    let Source::File(path) = &source else { return vec![source] };
    let mut found = Vec::new();
    if path.is_dir() {
        articles(path, &mut found);
    } else if !path.exists()
        && let Some(word) = word.to_str().filter(|word| word.contains(WILD))
    {
        pattern::files(word, &mut found);
    }
    if found.is_empty() { vec![source] } else { found.into_iter().map(Source::File).collect() }
}

/// The articles in a directory and below. Directories that are but linked to are not entered.
fn articles(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let path = entry.path();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !name.ends_with("_files") {
                articles(&path, found);
            }
        } else if name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension)) && path.is_file()
        {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_and_patterns_stand_for_the_articles_in_them() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.html", "c/d.MD", "a_files/e.html", ".hidden.txt", "picture.png", "z[1].txt"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "Words.\n").unwrap();
        }
        let expanded = |word: &str| -> Vec<String> {
            let path = folder.path().join(word);
            let names = expand(path.as_os_str()).into_iter().map(|source| match source {
                Source::File(path) => path.strip_prefix(folder.path()).unwrap().to_string_lossy().replace('\\', "/"),
                other => panic!("{other:?} is no file"),
            });
            names.collect()
        };
        assert_eq!(expanded(""), ["a.html", "b.txt", "c/d.MD", "z[1].txt"]);
        assert_eq!(expanded("*.txt"), ["b.txt", "z[1].txt"]);
        assert_eq!(expanded("**/d.*"), ["c/d.MD"]);
        assert_eq!(expanded("z[1].txt"), ["z[1].txt"], "a file that is called like a pattern");
        assert_eq!(expanded("none*"), ["none*"], "so that it can be complained of");
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        assert_eq!(expanded("empty"), ["empty"]);
        assert_eq!(
            expand(OsStr::new("https://example.org/*?a=[b]")),
            [Source::Web("https://example.org/*?a=[b]".to_string())]
        );
        assert_eq!(expand(OsStr::new("-")), [Source::Standard]);
    }
}
