//! Loading beside reading: a source that may take a while is read on a thread of its own. What comes of it is an event
//! like a key.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::Event;
use crate::document::Format;
use crate::input::{Article, InputError, Progress, Source, pictures};

/// What loading has come to.
#[derive(Debug)]
pub enum News {
    /// So many bytes have come, of so many where that is known.
    Progress(usize, Option<usize>),
    /// The article as far as it has come.
    Part(Box<Article>),
    Whole(Box<Result<Article, InputError>>),
}

/// What the terminal waits for: keys, signals, and news of what is being loaded.
pub struct Events {
    pub(super) sender: Sender<Event>,
    pub(super) receiver: Receiver<Event>,
    /// What came while something else was waited for.
    pub(super) waiting: Vec<Event>,
    pub(super) loading: Option<Loading>,
    loaded: u64,
}

/// Something that is being loaded. Once forgotten, its thread ends at the next piece that comes.
#[derive(Debug, Clone)]
pub(super) struct Loading {
    ticket: u64,
    name: String,
}

/// How long loading may take before anything is said of it.
const GRACE: Duration = Duration::from_millis(150);
/// How often it is told how much has come.
const OFTEN: Duration = Duration::from_millis(100);

impl Default for Events {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Events { sender, receiver, waiting: Vec::new(), loading: None, loaded: 0 }
    }
}

impl Events {
    /// Starts to load a source; what was being loaded is not waited for any longer. What will be there at once is loaded
    /// here and now.
    ///
    /// # Errors
    /// No thread can be had.
    pub fn load(&mut self, source: Source, format: Option<Format>) -> io::Result<()> {
        self.loaded += 1;
        let ticket = self.loaded;
        self.loading = Some(Loading { ticket, name: source.name() });
        let sender = self.sender.clone();
        // One that says it has none may be made as it is read, and be waited for.
        if source.size().is_some_and(|size| (1..=LARGE as u64).contains(&size)) {
            load(&source, format, ticket, &sender);
        } else {
            thread::Builder::new().name("loading".into()).spawn(move || load(&source, format, ticket, &sender))?;
        }
        Ok(())
    }

    /// Forgets what is being loaded.
    pub fn forget(&mut self) {
        self.loading = None;
    }

    /// Waits a moment for what is being loaded: what comes at once is not announced, and keys typed meanwhile are for it.
    pub fn wait(&mut self) -> Option<Result<Article, InputError>> {
        let until = Instant::now() + GRACE;
        while let Ok(event) = self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            match event {
                Event::News(ticket, News::Whole(article)) if self.awaits(ticket) => {
                    self.loading = None;
                    return Some(*article);
                }
                // The beginning of a large one is there, and more will not be at once.
                Event::News(ticket, News::Part(_)) if self.awaits(ticket) => {
                    self.waiting.push(event);
                    break;
                }
                other => self.waiting.push(other),
            }
        }
        None
    }

    /// Whether something is being loaded.
    pub fn is_loading(&self) -> bool {
        self.loading.is_some()
    }

    /// Whether news with this ticket are of what is being loaded now.
    pub(super) fn awaits(&self, ticket: u64) -> bool {
        self.loading.as_ref().is_some_and(|loading| loading.ticket == ticket)
    }

    /// Has the reader drawn anew when a thread has found out more.
    pub fn waker(&self) -> impl Fn() -> bool + Send + use<> {
        let sender = self.sender.clone();
        move || sender.send(Event::Changed).is_ok()
    }
}

impl Loading {
    /// What there is to say of it.
    pub(super) fn told(&self, bytes: usize, of: Option<usize>) -> String {
        let kilo = |bytes: usize| bytes.div_ceil(1000);
        let come = match (bytes, of) {
            (0, _) => String::new(),
            (bytes, Some(of)) if of > 0 => format!(" {} of {} kB ·", kilo(bytes), kilo(of)),
            (bytes, _) => format!(" {} kB so far ·", kilo(bytes)),
        };
        format!("loading ·{come} Esc stops · {}", self.name)
    }
}

/// When more of what has not yet ended is shown: at first soon, then when it has grown by a quarter, so that all of it
/// is read but a few times over; little is shown anew every other second.
struct Parts {
    shown: usize,
    next: Instant,
}

impl Parts {
    fn due(&mut self, bytes: usize) -> bool {
        const LITTLE: usize = 256 << 10;
        let now = Instant::now();
        let enough = bytes > self.shown && (bytes < LITTLE || bytes / 5 * 4 >= self.shown);
        if !enough || now < self.next {
            return false;
        }
        self.shown = bytes;
        self.next = now + Duration::from_secs(2);
        true
    }
}

/// Bytes of an article beyond which its beginning is shown before the rest is read, and it is taken apart beside the
/// reading.
const LARGE: usize = 1 << 20;

/// Takes a large article apart.
fn apart(mut article: Article) -> Article {
    if article.document.source.len() > LARGE {
        article.structure(&[]);
    }
    article
}

fn load(source: &Source, format: Option<Format>, ticket: u64, sender: &Sender<Event>) {
    let send = |news: News| sender.send(Event::News(ticket, news)).is_ok();
    let part = |bytes: &[u8]| source.so_far(bytes, format).ok().map(|part| News::Part(Box::new(apart(part))));
    let mut begun = !matches!(source, Source::File(_));
    let mut next = Instant::now() + GRACE;
    let mut parts = Parts { shown: 0, next: Instant::now() + 2 * GRACE };
    let article = source.load(format, &mut |progress: &Progress<'_>| {
        let due = if *source == Source::Standard {
            parts.due(progress.bytes.len())
        } else {
            !std::mem::replace(&mut begun, true) && progress.of.is_some_and(|of| of > LARGE)
        };
        if due && let Some(part) = part(progress.bytes) {
            return send(part) && send(News::Progress(progress.bytes.len(), progress.of));
        }
        if Instant::now() < next {
            return true;
        }
        next = Instant::now() + OFTEN;
        send(News::Progress(progress.bytes.len(), progress.of))
    });
    let article = article.map(|mut article| {
        article.pictures = pictures::hints(&article.document, source);
        apart(article)
    });
    send(News::Whole(Box::new(article)));
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_small_file_is_there_at_once_and_one_that_may_keep_us_waiting_is_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let (file, pipe) = (directory.path().join("small.txt"), directory.path().join("pipe"));
        std::fs::write(&file, "The weir\n\nA heron waits.").unwrap();
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());

        let mut events = Events::default();
        events.load(Source::File(file), None).unwrap();
        let Ok(Event::News(ticket, News::Whole(article))) = events.receiver.try_recv() else { panic!("not there") };
        assert!(events.awaits(ticket) && article.is_ok());

        events.load(Source::File(pipe), None).unwrap();
        assert!(events.receiver.try_recv().is_err() && events.is_loading());
    }
}
