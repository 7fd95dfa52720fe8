//! Attacks on the real binary, printing and in a pseudo-terminal: `cargo test --test attacks` runs the quick ones and
//! tells what failed, `cargo test --release --test attacks -- --table` runs all and prints a table of them.
//!
//! Words behind `--` choose the cases whose family or name has them in it.

#[cfg(unix)]
mod bytes;
#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod corpus;
#[cfg(unix)]
mod run;

#[cfg(not(unix))]
fn main() {
    println!("skipped: the attacks need a Unix");
}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    let words: Vec<String> = std::env::args().skip(1).collect();
    let table = words.iter().any(|word| word == "--table");
    let chosen: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    if let Err(error) = bytes::self_test() {
        println!("attacks: {error}");
        return std::process::ExitCode::FAILURE;
    }
    let mut cases = corpus::all();
    cases.retain(|case| table || !case.heavy);
    cases.retain(|case| {
        chosen.is_empty() || chosen.iter().any(|word| format!("{} {}", case.family, case.name).contains(*word))
    });
    let runs: Vec<_> = cases.iter().flat_map(|case| case.ways.iter().map(move |way| (case, way))).collect();
    // Times are measured one at a time.
    let workers = if table { 1 } else { 3 };
    let (next, failures, start) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Instant::now());
    if table {
        println!("{:<13} {:<60} {:<18} {:>7} {:>7}  outcome", "family", "attack", "how", "s", "MB");
    }
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((case, way)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let run = || run::run(case, way, cfg!(debug_assertions));
                    // A busy machine may be late once; what is broken is broken again.
                    let (took, outcome) = match run() {
                        (_, Err(_)) if !table => run(),
                        done => done,
                    };
                    if table {
                        let outcome =
                            outcome.as_ref().map_or_else(|error| format!("FAILS: {error}"), |()| "holds".into());
                        let (name, way) = (
                            case.name.chars().map(|c| if c.is_control() { '·' } else { c }).collect::<String>(),
                            way.name(),
                        );
                        let (time, memory) = (took.time.as_secs_f64(), took.memory >> 20);
                        println!("{:<13} {name:<60} {way:<18} {time:>7.3} {memory:>7}  {outcome}", case.family);
                    }
                    if let Err(error) = outcome {
                        let failure = format!("{}: {:?}, {}: cutline {error}", case.family, case.name, way.name());
                        println!("{failure}");
                        failures.lock().expect("nobody panics while holding it").push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("nobody panicked");
    println!(
        "\nattacks: {} cases, {} runs in {:.1} s, {} failed",
        cases.len(),
        runs.len(),
        start.elapsed().as_secs_f64(),
        failures.len()
    );
    if failures.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
