//! `nanobragg quirks`: where the C program differs from the physics.

use std::io::Write;
use std::process::ExitCode;

use clap::Command;
use nanobragg_c_flags::quirk::TABLE;

use crate::failure::Failure;

pub(crate) fn command() -> Command {
    Command::new("quirks")
        .about("Print where the C program differs from the physics (-compat c reproduces it)")
}

pub(crate) fn run() -> Result<ExitCode, Failure> {
    let mut screen = std::io::stdout().lock();
    writeln!(screen, "Where the C program differs from the physics; -compat c gives its answers.\n")?;
    for quirk in &TABLE {
        let label = format!("Q{}", quirk.number);
        writeln!(screen, "{label:<4} {}", quirk.topic)?;
        writeln!(screen, "     C        {}", quirk.reference)?;
        writeln!(screen, "     default  {}", quirk.default)?;
    }
    Ok(ExitCode::SUCCESS)
}
