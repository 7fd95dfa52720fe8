//! A case: what is attacked with, where, and what must become of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::server::Server;

type Bytes = Arc<dyn Fn() -> Vec<u8> + Send + Sync>;
type Prepare = Arc<dyn Fn(&Path) -> std::io::Result<()> + Send + Sync>;
type Check = Arc<dyn Fn(&Path) -> Result<(), String> + Send + Sync>;

/// Bytes that are read of an input without end.
const ENDLESS: u64 = 32 << 20;

/// What comes through a pipe.
#[derive(Clone)]
pub enum Feed {
    Once(Bytes),
    Endless(Vec<u8>),
}

/// What standard output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    Kept,
    /// A device that is full.
    Full,
    /// Closed before cutline begins.
    Closed,
    /// Closed by the reader at the other end after the first bytes.
    Broken,
}

/// What happens to a terminal while cutline has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Nothing,
    Storm,
    /// So long after the beginning.
    Signal(&'static str, Duration),
    /// After every key it is stopped, and goes on.
    Stops,
    /// A signal, after the last key.
    Last(&'static str),
    /// The other end of the terminal is closed, after the last key.
    HangsUp,
}

/// One way of running a case.
#[derive(Debug, Clone)]
pub enum Way {
    Print {
        form: &'static str,
        out: Out,
    },
    /// `keys` are typed one after another, a blank between them. `opens` says whether a first screen is to come.
    Screen {
        columns: u16,
        rows: u16,
        keys: &'static str,
        act: Act,
        opens: bool,
    },
}

impl Way {
    pub fn name(&self) -> String {
        match self {
            Way::Print { form, out: Out::Kept } => format!("print {form}"),
            Way::Print { out, .. } => format!("print, {out:?}").to_lowercase(),
            Way::Screen { act: Act::Signal(name, after), .. } => format!("SIG{name} at {} ms", after.as_millis()),
            Way::Screen { act: Act::Last(name), .. } => format!("SIG{name} at last"),
            Way::Screen { act: Act::HangsUp, .. } => "hang-up".to_string(),
            Way::Screen { columns, rows, act: Act::Storm, .. } => format!("storm {columns}x{rows}"),
            Way::Screen { columns, rows, act: Act::Stops, .. } => format!("stops {columns}x{rows}"),
            Way::Screen { columns, rows, .. } => format!("screen {columns}x{rows}"),
        }
    }
}

/// An attack.
#[derive(Clone)]
pub struct Case {
    pub family: &'static str,
    pub name: String,
    /// Only for optimised builds: its size would take minutes otherwise.
    pub heavy: bool,
    pub arguments: Vec<String>,
    /// Variables that are not as usual; none to be unset. `$HOME` in a value is the directory of the run.
    pub environment: Vec<(String, Option<String>)>,
    files: Vec<(String, Bytes)>,
    pub fed: Option<Feed>,
    /// The program that is attacked in cutline's stead.
    pub peer: Option<String>,
    /// What it asks on the web, kept alive.
    server: Option<Arc<Server>>,
    /// What the shell that becomes cutline does before: further limits.
    pub shell: &'static str,
    prepared: Vec<Prepare>,
    checked: Option<Check>,
    pub ways: Vec<Way>,
    /// The exit statuses that are right.
    pub statuses: Vec<i32>,
    /// Words that must be printed, and words that must not be.
    pub expected: Vec<String>,
    pub forbidden: Vec<String>,
    /// Until the first screen.
    pub limit: Duration,
}

impl Case {
    pub fn new(family: &'static str, name: impl Into<String>) -> Case {
        Case {
            family,
            name: name.into(),
            heavy: false,
            arguments: Vec::new(),
            environment: Vec::new(),
            files: Vec::new(),
            fed: None,
            peer: None,
            server: None,
            shell: "",
            prepared: Vec::new(),
            checked: None,
            ways: Vec::new(),
            statuses: vec![0],
            expected: Vec::new(),
            forbidden: Vec::new(),
            limit: Duration::from_secs(2),
        }
    }

    /// Is the same in another way.
    pub fn also(mut self, how: &str) -> Case {
        self.name = format!("{}, {how}", self.name);
        self
    }

    /// Reads a file with these bytes.
    pub fn article(mut self, name: &str, bytes: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Case {
        self.arguments.push(name.into());
        self.files.push((name.into(), Arc::new(bytes)));
        self
    }

    /// Reads a small file with this text.
    pub fn text(self, name: &str, text: impl Into<String>) -> Case {
        let text = text.into();
        self.article(name, move || text.clone().into_bytes())
    }

    /// A file that is there, a configuration say.
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Case {
        let bytes = bytes.into();
        self.files.push((name.into(), Arc::new(move || bytes.clone())));
        self
    }

    /// Reads standard input.
    pub fn fed(mut self, feed: Feed) -> Case {
        self.fed = Some(feed);
        self
    }

    /// Asks a server.
    pub fn served(mut self, by: Arc<Server>) -> Case {
        self.server = Some(by);
        self
    }

    /// Is started by a shell that has done this.
    pub fn shell(mut self, commands: &'static str) -> Case {
        self.shell = commands;
        self
    }

    pub fn arguments(mut self, arguments: &[&str]) -> Case {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_string()));
        self
    }

    pub fn variable(mut self, name: &str, value: Option<&str>) -> Case {
        self.environment.push((name.into(), value.map(str::to_string)));
        self
    }

    /// Does something in the directory of the run, before it.
    pub fn prepared(mut self, by: impl Fn(&Path) -> std::io::Result<()> + Send + Sync + 'static) -> Case {
        self.prepared.push(Arc::new(by));
        self
    }

    /// Looks at the directory of the run, after it.
    pub fn checked(mut self, by: impl Fn(&Path) -> Result<(), String> + Send + Sync + 'static) -> Case {
        self.checked = Some(Arc::new(by));
        self
    }

    pub fn statuses(mut self, statuses: &[i32]) -> Case {
        self.statuses = statuses.to_vec();
        self
    }

    pub fn says(mut self, words: &str) -> Case {
        self.expected.push(words.into());
        self
    }

    pub fn never_says(mut self, words: &str) -> Case {
        self.forbidden.push(words.into());
        self
    }

    pub fn heavy(mut self) -> Case {
        self.heavy = true;
        self
    }

    /// Prints in these forms.
    pub fn prints(mut self, forms: &[&'static str]) -> Case {
        self.ways.extend(forms.iter().map(|form| Way::Print { form, out: Out::Kept }));
        self
    }

    pub fn prints_to(mut self, out: Out) -> Case {
        self.ways.push(Way::Print { form: "text", out });
        self
    }

    /// Opens in a window of a usual size, and types.
    pub fn opens(self, keys: &'static str) -> Case {
        self.opens_at(100, 30, keys)
    }

    pub fn opens_at(self, columns: u16, rows: u16, keys: &'static str) -> Case {
        self.way(Way::Screen { columns, rows, keys, act: Act::Nothing, opens: true })
    }

    /// Is started in a terminal, and ends by itself, with a sentence.
    pub fn refuses(self) -> Case {
        self.way(Way::Screen { columns: 100, rows: 30, keys: "", act: Act::Nothing, opens: false })
    }

    pub fn way(mut self, way: Way) -> Case {
        self.ways.push(way);
        self
    }

    /// Whether it is no more than a file to be printed.
    pub fn is_for_peers(&self) -> bool {
        let [name] = self.arguments.as_slice() else { return false };
        self.files.len() == 1
            && self.files[0].0 == *name
            && self.prepared.is_empty()
            && self.shell.is_empty()
            && self.fed.is_none()
    }

    /// Lays out the directory of the run; gives the size of the input.
    pub fn prepare(&self, folder: &Path) -> Result<u64, String> {
        let mut size = 0;
        for (name, bytes) in &self.files {
            let (path, bytes) = (folder.join(name), bytes());
            size += bytes.len() as u64;
            let made =
                std::fs::create_dir_all(path.parent().unwrap_or(folder)).and_then(|()| std::fs::write(&path, bytes));
            made.map_err(|error| format!("{}: {error}", path.display()))?;
        }
        for by in &self.prepared {
            by(folder).map_err(|error| format!("not prepared: {error}"))?;
        }
        Ok(match &self.fed {
            Some(Feed::Once(bytes)) => bytes().len() as u64,
            // What is taken of an endless input.
            Some(Feed::Endless(_)) => ENDLESS,
            None if self.server.is_some() => ENDLESS,
            None if self.arguments.iter().any(|argument| argument.starts_with("/dev/")) => ENDLESS,
            None => size,
        })
    }

    pub fn afterwards(&self, folder: &Path) -> Result<(), String> {
        self.checked.as_ref().map_or(Ok(()), |check| check(folder))
    }
}
