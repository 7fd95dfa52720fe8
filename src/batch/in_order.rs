//! Work done on many threads, its results taken in the order of the work.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Pieces that may be in hand or waiting to be written, for each thread.
const AHEAD: u64 = 4;

/// What the threads tell one another.
struct State<Made> {
    made: BTreeMap<u64, Made>,
    written: u64,
    /// How many pieces there were, once that is known.
    all: Option<u64>,
    /// Nothing more is wanted.
    stopped: bool,
}

/// Makes something of every piece of work on so many threads, and hands it to `write`, in order, on this one.
///
/// The work is asked for the next piece when a thread is free and no more than a few are waiting to be written. It may
/// keep the threads waiting, as a pipe does: what is made is written meanwhile. `make` must not panic.
///
/// # Errors
/// The first of `write`, which ends it; and that not even one thread can be had.
pub fn in_order<Piece: Send, Made: Send>(
    work: impl Iterator<Item = Piece> + Send,
    threads: usize,
    make: impl Fn(Piece) -> Made + Sync,
    mut write: impl FnMut(Made) -> io::Result<()>,
) -> io::Result<()> {
    let ahead = AHEAD * threads as u64;
    let queue = Mutex::new((0, work.fuse()));
    let state = Mutex::new(State { made: BTreeMap::new(), written: 0, all: None, stopped: false });
    let changed = Condvar::new();
    let wait = |state| changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    let tell = |what: &dyn Fn(&mut State<Made>)| {
        what(&mut lock(&state));
        changed.notify_all();
    };
    let take = || {
        let mut queue = lock(&queue);
        let number = queue.0;
        let mut now = lock(&state);
        while number >= now.written + ahead && !now.stopped {
            now = wait(now);
        }
        if now.stopped {
            return None;
        }
        drop(now);
        let piece = queue.1.next();
        match piece {
            Some(_) => queue.0 += 1,
            None => tell(&|state| state.all = Some(number)),
        }
        piece.map(|piece| (number, piece))
    };
    let run = || {
        while let Some((number, piece)) = take() {
            let made = make(piece);
            lock(&state).made.insert(number, made);
            changed.notify_all();
        }
    };
    thread::scope(|scope| {
        for at in 0..threads.max(1) {
            let started = thread::Builder::new().name("batch".into()).spawn_scoped(scope, run);
            // Fewer threads will do.
            if let (0, Err(error)) = (at, started) {
                return Err(error);
            }
        }
        loop {
            let mut now = lock(&state);
            let made = loop {
                let next = now.written;
                match now.made.remove(&next) {
                    Some(made) => break made,
                    None if now.all == Some(next) => return Ok(()),
                    None => now = wait(now),
                }
            };
            drop(now);
            let written = write(made);
            tell(&|state| {
                state.written += 1;
                state.stopped = written.is_err();
            });
            written?;
        }
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_made_comes_in_the_order_of_the_work() {
        let mut got = Vec::new();
        let slow_first = |n: u64| {
            thread::sleep(Duration::from_micros((200 - n) % 7 * 100));
            n * n
        };
        in_order(0..200, 3, slow_first, |n| {
            got.push(n);
            Ok(())
        })
        .unwrap();
        assert_eq!(got, (0..200).map(|n| n * n).collect::<Vec<u64>>());
    }

    #[test]
    fn no_thread_runs_far_ahead_of_what_is_written() {
        let (taken, mut written) = (AtomicU64::new(0), 0);
        let work = (0..1000u64).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let most = 2 * AHEAD;
        in_order(
            work,
            2,
            |n| n,
            |_| {
                assert!(taken.load(Ordering::SeqCst) <= written + most);
                written += 1;
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(written, 1000);
    }

    #[test]
    fn what_is_made_is_written_while_the_work_keeps_waiting() {
        let (sender, receiver) = std::sync::mpsc::channel();
        sender.send(1).unwrap();
        // The second piece comes only when the first was written.
        let mut got = Vec::new();
        let mut sender = Some(sender);
        in_order(
            receiver.into_iter(),
            2,
            |n| n,
            |n| {
                got.push(n);
                match n {
                    1 => sender.as_ref().map_or(Ok(()), |sender| sender.send(2).map_err(io::Error::other)),
                    _ => {
                        sender = None;
                        Ok(())
                    }
                }
            },
        )
        .unwrap();
        assert_eq!(got, [1, 2]);
    }

    #[test]
    fn a_writer_that_fails_ends_it() {
        let mut left = 5;
        let ended = in_order(
            0..,
            2,
            |n: u64| n,
            |_| {
                left -= 1;
                if left == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
            },
        );
        assert_eq!(ended.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
    }
}
