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
    /// Whether one of them is writing.
    writing: bool,
    /// How many wait until more is written.
    waiting: usize,
    /// Why no more can be written.
    failed: Option<io::Error>,
}

/// Makes something of every piece of work on so many threads, and hands it to `write`, in order, one at a time.
///
/// The work is asked for the next piece when a thread is free and no more than a few are waiting to be written. It may
/// keep the threads waiting, as a pipe does: what is made is written at once. Whichever thread has made what is next
/// writes it, and what follows that is made already: to hand it to another would take longer. `make` must not panic.
///
/// # Errors
/// The first of `write`, which ends it.
pub fn in_order<Piece: Send, Made: Send>(
    work: impl Iterator<Item = Piece> + Send,
    threads: usize,
    make: impl Fn(Piece) -> Made + Sync,
    write: impl FnMut(Made) -> io::Result<()> + Send,
) -> io::Result<()> {
    let ahead = AHEAD * threads.max(1) as u64;
    let queue = Mutex::new((0, work.fuse()));
    let state = State { made: BTreeMap::new(), written: 0, writing: false, waiting: 0, failed: None };
    let (state, changed, write) = (Mutex::new(state), Condvar::new(), Mutex::new(write));
    let take = || {
        let mut queue = lock(&queue);
        let number = queue.0;
        let mut now = lock(&state);
        while number >= now.written + ahead && now.failed.is_none() {
            now.waiting += 1;
            now = changed.wait(now).unwrap_or_else(PoisonError::into_inner);
            now.waiting -= 1;
        }
        if now.failed.is_some() {
            return None;
        }
        drop(now);
        let piece = queue.1.next()?;
        queue.0 += 1;
        Some((number, piece))
    };
    let run = || {
        while let Some((number, piece)) = take() {
            let made = make(piece);
            let mut now = lock(&state);
            now.made.insert(number, made);
            if now.writing {
                continue;
            }
            now.writing = true;
            while now.failed.is_none() {
                let next = now.written;
                let Some(made) = now.made.remove(&next) else { break };
                drop(now);
                let written = (lock(&write))(made);
                now = lock(&state);
                now.written += 1;
                now.failed = written.err();
                if now.waiting > 0 {
                    changed.notify_all();
                }
            }
            now.writing = false;
        }
    };
    thread::scope(|scope| {
        // Fewer threads will do.
        for _ in 1..threads {
            _ = thread::Builder::new().name("batch".into()).spawn_scoped(scope, run);
        }
        run();
    });
    match state.into_inner().unwrap_or_else(PoisonError::into_inner).failed {
        Some(error) => Err(error),
        None => Ok(()),
    }
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
    fn for_one_thread_or_none_no_other_is_started() {
        let here = thread::current().id();
        for threads in [0, 1] {
            let mut written = 0;
            let make = |n: u64| {
                assert_eq!(thread::current().id(), here);
                n
            };
            let write = |n| {
                assert_eq!((thread::current().id(), n), (here, written));
                written += 1;
                Ok(())
            };
            in_order(0..20, threads, make, write).unwrap();
            assert_eq!(written, 20);
        }
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
