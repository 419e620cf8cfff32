//! `-printout`: the numbers of every pixel, or of one, on the screen.
//!
//! They are read off the kernel's trace of the pixel, the last line of each kind: the last sub-pixel, source, rotation
//! step and mosaic domain, as the C program prints them. Nothing is computed a second time.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use nanobragg_c_flags::PanelPixel;
use nanobragg_geometry::{LabVec, PixelIndex};
use nanobragg_kernel::record::{Form, Value};
use nanobragg_kernel::{Detail, Simulation, trace};
use percent_g::percent_g;

/// Significant digits, as the C program has them.
const DIGITS: usize = 10;

/// The last line of a trace on each quantity.
struct LastLines(BTreeMap<String, Vec<f64>>);

/// Prints one pixel, or all that are rendered.
pub(crate) fn pixels(sim: &Simulation, only: Option<PanelPixel>, out: &mut impl Write) -> Result<()> {
    writeln!(out, "pixels")?;
    if let Some(at) = only {
        return one(sim, at, out);
    }
    for panel in 0..sim.panels.len() {
        let [rows, columns] = sim.panels[panel].placement.panel.shape;
        let all = (0..rows).flat_map(|slow| (0..columns).map(move |fast| PixelIndex { slow, fast }));
        let rendered = all.filter(|&pixel| sim.renders(panel, pixel));
        rendered.map(|pixel| PanelPixel { panel, pixel }).try_for_each(|at| one(sim, at, out))?;
    }
    Ok(())
}

fn one(sim: &Simulation, at: PanelPixel, out: &mut impl Write) -> Result<()> {
    let PixelIndex { slow, fast } = at.pixel;
    let several = sim.panels.len() > 1;
    let panel = if several { format!("panel {} ", sim.panels[at.panel].name) } else { String::new() };
    if !sim.renders(at.panel, at.pixel) {
        return writeln!(out, "  {panel}fast {fast} slow {slow}: outside the region, or masked");
    }
    let lines = LastLines::of(sim, at);
    let area = if sim.point_pixel { "1/m^2" } else { "sr" };
    write!(out, "  {panel}fast {fast} slow {slow}")?;
    if let Some(&[x, y, z]) = lines.get("scattering_vec_per_angstrom") {
        write!(out, ": stol = {} 1/Å", number(LabVec::new(x, y, z).length() / 2.0))?;
    }
    writeln!(out)?;
    for (name, key, unit) in [
        ("at", "pixel_pos_meters", "m"),
        ("hkl", "hkl_frac", ""),
        ("hkl0", "hkl_rounded", ""),
        ("F_cell", "F_cell", "electrons"),
        ("F_latt", "F_latt", ""),
        ("F_latt", "lattice_factor", ""),
        ("I", "I_before_scaling", "electrons^2"),
        ("steps", "steps", ""),
        ("polar", "polar", ""),
        ("omega", "omega_pixel", area),
        ("capfrac", "capture_fraction", ""),
        ("pixel", "floatimage_accumulated", "photons"),
    ] {
        if let Some(values) = lines.get(key) {
            let text = values.iter().map(|&value| number(value)).collect::<Vec<_>>().join(" ");
            let gap = if unit.is_empty() { "" } else { " " };
            writeln!(out, "    {name:<8} {text}{gap}{unit}")?;
        }
        if let ("I", Some(&[sum]), Some(&[steps])) = (name, lines.get(key), lines.get("steps")) {
            writeln!(out, "    {:<8} {} electrons^2", "I/steps", number(sum / steps))?;
        }
    }
    cell_vectors(&lines, out)
}

/// The direct cell in the last orientation, a column each.
fn cell_vectors(lines: &LastLines, out: &mut impl Write) -> Result<()> {
    let vectors = ["rot_a_angstroms", "rot_b_angstroms", "rot_c_angstroms"].map(|key| lines.get(key));
    let [Some(a), Some(b), Some(c)] = vectors else { return Ok(()) };
    writeln!(out, "    real-space cell vectors (Å)")?;
    writeln!(out, "      {:>14} {:>14} {:>14}", "a", "b", "c")?;
    for (place, axis) in ["X", "Y", "Z"].into_iter().enumerate() {
        let [a, b, c] = [a, b, c].map(|vector| vector[place]);
        writeln!(out, "    {axis} {a:>14.8} {b:>14.8} {c:>14.8}")?;
    }
    Ok(())
}

fn number(value: f64) -> String {
    percent_g(value, DIGITS).to_string()
}

impl LastLines {
    fn of(sim: &Simulation, at: PanelPixel) -> Self {
        let mut lines = BTreeMap::new();
        for line in trace(sim, at.panel, at.pixel, Detail { all_sources: true, all_domains: true }) {
            if let (Form::Step, Value::Numbers(numbers)) = (line.form, line.value) {
                lines.insert(line.key.into_owned(), numbers);
            }
        }
        Self(lines)
    }

    /// A quantity's numbers, where the trace has it.
    fn get(&self, key: &str) -> Option<&[f64]> {
        self.0.get(key).map(Vec::as_slice)
    }
}
