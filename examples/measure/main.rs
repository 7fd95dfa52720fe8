//! Measures the whole program, beside `less`, `w3m` and `bat` where they are installed, and prints a table.
//!
//! ```sh
//! cargo build --release && cargo run --release --example measure
//! ```
//!
//! Every program runs in a pseudo-terminal of 120 columns and 40 rows, each row's programs in turn. The inputs are
//! made of the words of the bundled article. What a busy machine changes least is given: the processor's time, and
//! medians. Below the table stands what is missed of what the project wants of itself. Linux only.

#[cfg(target_os = "linux")]
#[path = "../../benches/inputs/mod.rs"]
mod inputs;
#[cfg(target_os = "linux")]
mod program;
#[cfg(target_os = "linux")]
mod rows;
#[cfg(target_os = "linux")]
mod table;

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    let binary =
        std::env::current_exe()?.parent().and_then(std::path::Path::parent).map(|folder| folder.join("cutline"));
    let binary = binary.filter(|binary| binary.exists());
    let binary = binary.ok_or_else(|| std::io::Error::other("there is no cutline: cargo build --release"))?;
    print!("{}", rows::measure(&binary.to_string_lossy())?);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this measures on Linux only");
}
