//! The table that is printed.

use std::fmt::{self, Display, Formatter};

/// A row: what was measured of each program, and what is wanted of the first.
pub struct Row {
    pub what: &'static str,
    pub unit: &'static str,
    /// One figure or more of each program; none where it was not measured.
    pub figures: Vec<Vec<f64>>,
    /// The most that each figure must be, and is to be; the least where more is better.
    pub must: Vec<f64>,
    pub aim: Vec<f64>,
    pub more_is_better: bool,
}

pub struct Table {
    pub programs: Vec<&'static str>,
    pub rows: Vec<Row>,
}

impl Row {
    fn misses(&self) -> bool {
        let own = self.figures.first().into_iter().flatten();
        own.zip(&self.must).any(|(own, must)| if self.more_is_better { own < must } else { own > must })
    }

    fn told(&self, figures: &[f64]) -> String {
        let number = |x: &f64| match *x {
            x if x >= 100.0 || x.fract() == 0.0 => format!("{x:.0}"),
            x if x >= 10.0 => format!("{x:.1}"),
            x => format!("{x:.2}"),
        };
        let numbers: Vec<String> = figures.iter().map(number).collect();
        match numbers.as_slice() {
            [] => String::new(),
            numbers if self.unit.is_empty() => numbers.join(" / "),
            numbers => format!("{} {}", numbers.join(" / "), self.unit),
        }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | {} | must | aim |", self.programs.join(" | "))?;
        writeln!(f, "|---|{}---|---|", "---|".repeat(self.programs.len()))?;
        for row in &self.rows {
            let mut figures: Vec<String> = row.figures.iter().map(|figures| row.told(figures)).collect();
            figures.resize(self.programs.len(), String::new());
            writeln!(
                f,
                "| {} | {} | {} | {} |",
                row.what,
                figures.join(" | "),
                row.told(&row.must),
                row.told(&row.aim)
            )?;
        }
        let missed: Vec<&str> = self.rows.iter().filter(|row| row.misses()).map(|row| row.what).collect();
        match missed.as_slice() {
            [] => writeln!(f, "\nNothing is missed of what must be."),
            missed => writeln!(f, "\nMissed of what must be: {}.", missed.join("; ")),
        }
    }
}
