//! Fetching pictures beside the reading: what is asked for is loaded and taken apart on threads of its own, and what
//! comes of it is an event like a key.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Event;
use crate::input::pictures;
use crate::picture::{Picture, PictureError, Whence};

/// Pictures that are fetched at the same time.
const AT_ONCE: usize = 2;

struct Wanted {
    reading: u64,
    address: Box<str>,
    whence: Whence,
    most_pixels: u32,
}

/// Who fetches pictures. There are no threads before the first is asked for.
#[derive(Default)]
pub(super) struct Gallery {
    wanted: Option<Sender<Wanted>>,
    /// Which article is read: what was asked for another is dropped.
    reading: Arc<AtomicU64>,
}

impl Gallery {
    /// Another article is read.
    pub fn begin(&self) {
        self.reading.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether what came was asked for the article that is read now.
    pub fn awaits(&self, reading: u64) -> bool {
        self.reading.load(Ordering::Relaxed) == reading
    }

    /// Asks for a picture, of so many pixels along a side at most. Where no thread can be had, there is none.
    pub fn ask(&mut self, (address, whence): (Box<str>, Whence), most_pixels: u32, events: &Sender<Event>) {
        let reading = self.reading.load(Ordering::Relaxed);
        let wanted = Wanted { reading, address: address.clone(), whence, most_pixels };
        let asked = self.threads(events).map(|threads| threads.send(wanted));
        if let Err(error) = asked {
            // Whoever is to hear of it is the one who asks.
            let _ = events.send(Event::Picture(reading, address, Err(PictureError::OutOfReach(error.to_string()))));
        }
    }

    /// The threads that fetch, of which there are none before the first time.
    fn threads(&mut self, events: &Sender<Event>) -> io::Result<&Sender<Wanted>> {
        let threads = match self.wanted.take() {
            Some(threads) => threads,
            None => {
                let (sender, wanted) = channel();
                let wanted = Arc::new(Mutex::new(wanted));
                for _ in 0..AT_ONCE {
                    let (wanted, reading, events) = (Arc::clone(&wanted), Arc::clone(&self.reading), events.clone());
                    let fetch = move || fetch_all(&wanted, &reading, &events);
                    thread::Builder::new().name("pictures".into()).spawn(fetch)?;
                }
                sender
            }
        };
        Ok(self.wanted.insert(threads))
    }
}

fn fetch_all(wanted: &Mutex<Receiver<Wanted>>, reading: &AtomicU64, events: &Sender<Event>) {
    loop {
        let next = wanted.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Wanted { reading: ticket, address, whence, most_pixels }) = next else { return };
        let is_wanted = || reading.load(Ordering::Relaxed) == ticket;
        if !is_wanted() {
            continue;
        }
        let picture = fetch(&whence, most_pixels, &mut || is_wanted());
        if events.send(Event::Picture(ticket, address, picture)).is_err() {
            return;
        }
    }
}

fn fetch(whence: &Whence, most: u32, is_wanted: &mut dyn FnMut() -> bool) -> Result<Arc<Picture>, PictureError> {
    let bytes = pictures::bytes(whence, &mut |_| is_wanted())?;
    Picture::decode(&bytes, most).map(Arc::new)
}
