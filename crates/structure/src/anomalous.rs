//! Anomalous scattering: f′ and f″ by Cromer and Liberman (1970, doi 10.1063/1.1674266; 1981, doi
//! 10.1107/S0567739481000600) with the correction of Kissel and Pratt (1990, doi 10.1107/S0108767389010718).
//!
//! Each orbital absorbs with a cross-section σ from its binding energy b on. In atomic units, with C = 1/(4 α π²),
//! f″ = E σ(E)/(4 π α) and f′ is the principal value of 2C ∫ σ(ε) ε²/(E² − ε²) dε from b to infinity. From the integrand
//! S/(E² − ε²) is taken away, whose integral is known, so that nothing singular remains.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use crate::{Element, Error};

/// Its first lines say what is in it.
const TABLE: &str = include_str!("anomalous/cromer_liberman.txt");

/// 1 hartree in keV, the square of 1 bohr in barn, and 1/α (CODATA 2018).
const HARTREE_KEV: f64 = 0.027_211_386_245_988;
const BOHR_SQUARED_BARN: f64 = 2.800_285_205e7;
const INVERSE_ALPHA: f64 = 137.035_999_084;

/// Energies of the first cross-sections of every orbital, in keV.
const ENERGIES_KEV: [f64; 5] = [80.0, 26.7, 8.9, 3.0, 1.0];

/// Nodes and weights of the Gauss-Legendre rule on x from 0 to 1.
const NODES: [f64; 5] =
    [0.046_910_077_030_67, 0.230_765_344_947_16, 0.5, 0.769_234_655_052_84, 0.953_089_922_969_33];
const WEIGHTS: [f64; 5] = [
    0.118_463_442_528_1,
    0.239_314_335_249_68,
    0.284_444_444_444_44,
    0.239_314_335_249_68,
    0.118_463_442_528_1,
];

/// The energies that cross-sections are tabulated for, in eV.
const RANGE_EV: RangeInclusive<f64> = 1e3..=80e3;

/// Nearer to an edge than this f′ does not become more negative, in keV.
const NEAREST_KEV: f64 = 1e-6;

/// What is added to the form factor at one wavelength, whatever the angle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dispersion {
    /// f′ in electrons.
    pub f_prime: f64,
    /// f″ in electrons.
    pub f_double_prime: f64,
}

/// Photoelectric absorption by the electrons of an orbital.
struct Orbital {
    /// In keV.
    binding_energy: f64,
    /// The power p of the nodes e/x^p.
    power: f64,
    /// Energies in keV, the cross-sections there in barn.
    points: Vec<(f64, f64)>,
    /// At the nodes, in barn.
    at_nodes: [f64; 5],
    /// At the binding energy, in barn; 0 where it is not tabulated.
    at_edge: f64,
}

impl Dispersion {
    /// f′ and f″ of an element; hydrogen and helium have none.
    ///
    /// # Errors
    ///
    /// [`Error::NoDispersion`] beyond uranium, and for energies that are not from 1 to 80 keV.
    pub fn of(element: Element, energy_ev: f64) -> Result<Self, Error> {
        if !RANGE_EV.contains(&energy_ev) || element.atomic_number() > 92 {
            return Err(Error::NoDispersion { element, energy_ev });
        }
        let energy = energy_ev / 1e3;
        let (correction, orbitals) = orbitals(element);
        let mut sum = Self { f_prime: correction, f_double_prime: 0.0 };
        for orbital in orbitals {
            sum.f_prime += orbital.f_prime(energy);
            sum.f_double_prime += orbital.f_double_prime(energy);
        }
        Ok(sum)
    }
}

impl Orbital {
    /// From a line of the table.
    fn of(numbers: &[f64], is_k_of_heavy: bool) -> Option<Self> {
        let [binding_energy, node_energy, ref sections @ ..] = *numbers else { return None };
        let (at_energies, rest) = sections.split_first_chunk()?;
        let (at_nodes, edge) = rest.split_first_chunk()?;
        let power = match edge {
            [_] => 1.0,
            _ if is_k_of_heavy => 0.5,
            _ => 2.0,
        };
        let nodes = NODES.map(|x| node_energy / x.powf(power));
        let near_edge = edge.iter().map(|section| (1.001 * node_energy, *section));
        let all = ENERGIES_KEV.into_iter().zip::<[f64; 5]>(*at_energies);
        let all = all.chain(nodes.into_iter().zip(*at_nodes)).chain(near_edge);
        let mut points: Vec<_> = all.filter(|(_, section)| *section > 1e-9).collect();
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let at_edge = edge.first().copied().unwrap_or(0.0);
        Some(Self { binding_energy, power, points, at_nodes: *at_nodes, at_edge })
    }

    /// σ(E) in barn: a parabola through three points of ln σ against ln E; 0 below the binding energy.
    fn cross_section(&self, energy: f64) -> f64 {
        if energy < self.binding_energy {
            return 0.0;
        }
        let last = self.points.len().saturating_sub(2);
        let above = self.points.iter().position(|(at, _)| *at >= energy).unwrap_or(last);
        let first = above.clamp(1, last.max(1)) - 1;
        let Some(&[a, b, c]) = self.points.get(first..first + 3) else { return 0.0 };
        let [a, b, c] = [a, b, c].map(|(at, section)| (at.ln() - energy.ln(), section.ln()));
        let between = |(x, y): (f64, f64), (u, v): (f64, f64)| (y * u - v * x) / (u - x);
        between((b.0, between(a, b)), (c.0, between(a, c))).exp()
    }

    fn f_double_prime(&self, energy: f64) -> f64 {
        let section = self.cross_section(energy) / BOHR_SQUARED_BARN;
        energy / HARTREE_KEV * section * INVERSE_ALPHA / (4.0 * PI)
    }

    fn f_prime(&self, energy: f64) -> f64 {
        let edge = self.binding_energy;
        let nodes = NODES.map(|x| edge / x.powf(self.power));
        // On a node the integrand is 0/0; it is smooth, and its limit is what it has beside it.
        let is_node = nodes.iter().any(|node| (node / energy - 1.0).abs() < 1e-7);
        let energy = if is_node { energy * (1.0 + 1e-6) } else { energy };
        let taken_away = match energy < edge {
            true => self.at_edge * edge.powi(2),
            false => self.cross_section(energy) * energy.powi(2),
        };
        let integral: f64 = (0..5)
            .map(|i| {
                // dε of ε = b/x^p.
                let width = WEIGHTS[i] * self.power * nodes[i] / NODES[i];
                let left = self.at_nodes[i] * nodes[i].powi(2) - taken_away;
                width * left / (energy.powi(2) - nodes[i].powi(2))
            })
            .sum();
        let distance = (energy - edge).abs().max(NEAREST_KEV);
        let known = taken_away / energy * (distance / (energy + edge)).ln();
        INVERSE_ALPHA / (4.0 * PI.powi(2)) * (2.0 * integral + known) / (BOHR_SQUARED_BARN * HARTREE_KEV)
    }
}

/// The constant that is added to f′, and the orbitals of an element.
fn orbitals(element: Element) -> (f64, Vec<Orbital>) {
    let z = f64::from(element.atomic_number());
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| {
        line.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect::<Vec<f64>>()
    });
    let mut of_element = rows.skip_while(|row| !matches!(row[..], [number, _] if (number - z).abs() < 0.5));
    let Some(heading) = of_element.next() else { return (0.0, Vec::new()) };
    let lines = of_element.take_while(|row| row.len() > 2).enumerate();
    let orbitals = lines.filter_map(|(shell, row)| Orbital::of(&row, z > 78.5 && shell == 0));
    (heading[1], orbitals.collect())
}
