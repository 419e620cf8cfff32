//! What is known of structure factors, for the screen.

use std::io::{Result, Write};
use std::path::Path;

use hkl_io::{Bounds, Miller, Shell, Statistics};

use super::source::{Content, Crystal, Factors};
use crate::report::{line, number, numbers};

pub(super) fn write(path: &Path, factors: &Factors, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{}", path.display())?;
    line(out, "F", &factors.origin, "")?;
    match &factors.content {
        Content::Grid(grid) => bounds(grid.bounds(), out),
        Content::List(listed) => {
            let all =
                listed.iter().map(|reflection| Bounds { min: reflection.miller, max: reflection.miller });
            all.reduce(|all, one| all.union(one)).map_or(Ok(()), |all| bounds(all, out))
        }
        Content::Crystal(crystal) => self::crystal(crystal, out),
    }
}

fn bounds(bounds: Bounds, out: &mut impl Write) -> Result<()> {
    let [h, k, l] = bounds.shape();
    line(out, "grid", &format!("{h} x {k} x {l} ({bounds})"), "")
}

fn crystal(crystal: &Crystal, out: &mut impl Write) -> Result<()> {
    let cell = &crystal.cell;
    let angles = numbers(cell.angles_rad.map(f64::to_degrees));
    line(out, "unit cell", &format!("{} Å  {angles}", numbers(cell.edges_angstrom)), "deg")?;
    let group = &crystal.space_group;
    let numbered = group.number().map_or_else(String::new, |number| format!("number {number}, "));
    line(out, "space group", &format!("{group} ({numbered}{} operators)", group.operators().len()), "")?;
    line(out, "reflections in P 1", &crystal.rows.len().to_string(), "")?;
    let mates = if crystal.obeys_friedel { "agree" } else { "differ" };
    line(out, "Friedel mates", mates, "")?;
    let origin = Miller::new(0, 0, 0);
    if let Some(row) = crystal.rows.iter().find(|row| row.reflection.miller == origin) {
        line(out, "F(0 0 0)", &number(row.reflection.structure_factor), "electrons")?;
    }
    if let Some((d_min, d_max)) = crystal.d_range_angstrom {
        line(out, "resolution", &format!("{d_max:.2} to {d_min:.3}"), "Å")?;
    }
    statistics(&crystal.statistics, crystal.has_atoms, out)
}

fn statistics(statistics: &Statistics, has_atoms: bool, out: &mut impl Write) -> Result<()> {
    line(out, "completeness", &format!("{:.2}", 100.0 * statistics.completeness()), "%")?;
    if let Some(wilson) = &statistics.wilson {
        let atoms = if has_atoms { "of these atoms" } else { "of an average protein" };
        line(
            out,
            "Wilson B",
            &format!("{:.1} Å², by the form factors {atoms}", wilson.b_angstrom_squared),
            "",
        )?;
    }
    writeln!(out, "  {:>17} {:>9} {:>9} {:>9} {:>12}", "shell (Å)", "unique", "found", "%", "mean F")?;
    statistics.shells.iter().filter(|shell| shell.possible > 0).try_for_each(|shell| self::shell(shell, out))
}

fn shell(shell: &Shell, out: &mut impl Write) -> Result<()> {
    let Shell { d_max_angstrom, d_min_angstrom, possible, found, mean_f, .. } = *shell;
    let percent = 100.0 * found as f64 / possible as f64;
    let range = match d_max_angstrom.is_finite() {
        true => format!("{d_max_angstrom:.2} - {d_min_angstrom:.2}"),
        false => format!("… - {d_min_angstrom:.2}"),
    };
    writeln!(out, "  {range:>17} {possible:>9} {found:>9} {percent:>9.1} {mean_f:>12.2}")
}
