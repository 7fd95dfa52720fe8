//! Attacks on the real binary, printing and in a pseudo-terminal: `cargo test --test attacks` runs the quick ones and
//! tells what failed, `cargo test --release --test attacks -- --table` runs all and prints a table of them. Another
//! cutline than the one just built is attacked where the variable CUTLINE holds its absolute path.
//!
//! `-- --peer=less` has another program print the same files, and says what it holds by the same measures but one: it
//! may end with any status. Words behind `--` choose the cases whose family or name has them in it.

#[cfg(unix)]
mod bytes;
#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod corpus;
#[cfg(unix)]
mod run;
#[cfg(unix)]
#[path = "../common/server.rs"]
#[allow(dead_code, reason = "nobody looks at what was asked")]
mod server;
#[cfg(unix)]
mod ways_in;

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
    let mut cases = [corpus::all(), ways_in::all()].concat();
    // Another program on what it can be asked to print: an article in a file.
    let peer = words.iter().find_map(|word| word.strip_prefix("--peer="));
    if let Some(peer) = peer {
        cases.retain(cases::Case::is_for_peers);
        cases.iter_mut().for_each(|case| case.peer = Some(peer.to_string()));
    }
    cases.retain(|case| table || peer.is_some() || !case.heavy);
    cases.retain(|case| {
        chosen.is_empty() || chosen.iter().any(|word| format!("{} {}", case.family, case.name).contains(*word))
    });
    let mut runs: Vec<_> = cases.iter().flat_map(|case| case.ways.iter().map(move |way| (case, way))).collect();
    runs.retain(|(_, way)| peer.is_none() || matches!(way, cases::Way::Print { form: "text", out: cases::Out::Kept }));
    // Only an optimised program is as fast as is promised.
    let slow = cfg!(debug_assertions) && std::env::var_os("CUTLINE").is_none();
    // What is large is run last, and where it is measured, one at a time.
    runs.sort_by_key(|(case, _)| case.heavy);
    let light = runs.iter().take_while(|(case, _)| !case.heavy).count();
    let (light, heavy) = runs.split_at(if table { light } else { runs.len() });
    let held = Mutex::new(Vec::new());
    let (failures, start) = (Mutex::new(Vec::new()), Instant::now());
    if table {
        println!("{:<13} {:<60} {:<18} {:>7} {:>6} {:>6}  outcome", "family", "attack", "how", "s", "cpu, s", "MB");
    }
    for (some, workers) in [(light, 3), (heavy, 1)] {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some((case, way)) = some.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let run = || run::run(case, way, slow);
                        // A busy machine may be late once; what is broken is broken again.
                        let (took, outcome) = match run() {
                            (_, Err(_)) if !table => run(),
                            done => done,
                        };
                        held.lock().expect("nobody panics while holding it").push((
                            case.family,
                            took.clone(),
                            outcome.is_ok(),
                        ));
                        if table {
                            let outcome =
                                outcome.as_ref().map_or_else(|error| format!("FAILS: {error}"), |()| "holds".into());
                            let (name, way) = (
                                case.name.chars().map(|c| if c.is_control() { '·' } else { c }).collect::<String>(),
                                way.name(),
                            );
                            let (time, memory) = (took.time.as_secs_f64(), took.memory >> 20);
                            let computed =
                                took.computed.map_or("?".into(), |time| format!("{:.2}", time.as_secs_f64()));
                            println!(
                                "{:<13} {name:<60} {way:<18} {time:>7.3} {computed:>6} {memory:>6}  {outcome}",
                                case.family
                            );
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
    }
    let failures = failures.into_inner().expect("nobody panicked");
    if table {
        summary(&held.into_inner().expect("nobody panicked"));
    }
    println!(
        "\nattacks: {} cases, {} runs in {:.1} s, {} failed",
        cases.len(),
        runs.len(),
        start.elapsed().as_secs_f64(),
        failures.len()
    );
    if failures.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

/// The table's last lines: of each family how many runs were held, the slowest and the largest.
#[cfg(unix)]
fn summary(runs: &[(&str, run::Took, bool)]) {
    println!("\n{:<13} {:>6} {:>6} {:>11} {:>8}", "family", "runs", "held", "slowest, s", "most MB");
    let mut families: Vec<&str> = runs.iter().map(|(family, ..)| *family).collect();
    families.sort_unstable();
    families.dedup();
    for family in families {
        let of: Vec<_> = runs.iter().filter(|(its, ..)| *its == family).collect();
        let slowest = of.iter().map(|(_, took, _)| took.time.as_secs_f64()).fold(0.0, f64::max);
        let most = of.iter().map(|(_, took, _)| took.memory >> 20).max().unwrap_or(0);
        let held = of.iter().filter(|(.., held)| *held).count();
        println!("{family:<13} {:>6} {held:>6} {slowest:>11.2} {most:>8}", of.len());
    }
}
