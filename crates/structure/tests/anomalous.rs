//! f′ and f″ as gemmi 0.7.5 computes them, from the same table with constants of fewer digits.

use nanobragg_structure::{Dispersion, Element};

#[test]
fn f_prime_and_f_double_prime_are_those_of_another_program() {
    let list = include_str!("anomalous.txt");
    let mut count = 0;
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let [symbol, energy, f_prime, f_double_prime] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let [energy, f_prime, f_double_prime] =
            [energy, f_prime, f_double_prime].map(|word| word.parse::<f64>().unwrap());
        let found = Dispersion::of(Element::from_symbol(symbol).unwrap(), energy).unwrap();
        // It has a hartree of 27.21 eV.
        let tolerance = |value: f64| 1e-3 + 3e-4 * value.abs();
        assert!((found.f_prime - f_prime).abs() < tolerance(f_prime), "{line}: {found:?}");
        assert!(
            (found.f_double_prime - f_double_prime).abs() < tolerance(f_double_prime),
            "{line}: {found:?}"
        );
        count += 1;
    }
    assert!(count > 500, "{count}");
}

/// The table that the other program has counts an orbital of cerium as one of another kind: f′ jumps from La to Pr.
#[test]
fn cerium_is_between_its_neighbours() {
    for energy in [7_000.0, 8_047.8, 12_662.0, 17_479.4, 30_000.0] {
        let [la, ce, pr] = ["La", "Ce", "Pr"]
            .map(|symbol| Dispersion::of(Element::from_symbol(symbol).unwrap(), energy).unwrap().f_prime);
        assert!((ce - 0.5 * (la + pr)).abs() < 0.1 + 0.5 * (la - pr).abs(), "{energy} {la} {ce} {pr}");
    }
}

#[test]
fn light_elements_have_none_and_heavy_ones_are_refused() {
    let of = |symbol: &str, energy| Dispersion::of(Element::from_symbol(symbol).unwrap(), energy);
    assert_eq!(of("H", 12_000.0).unwrap(), Dispersion::default());
    assert_eq!(of("He", 12_000.0).unwrap(), Dispersion::default());
    for (symbol, energy) in [("Pu", 12_000.0), ("C", 999.0), ("C", 80_001.0), ("H", f64::NAN)] {
        let message = of(symbol, energy).unwrap_err().to_string();
        assert!(message.contains(&format!("found {symbol} at {energy} eV")), "{message}");
    }
}

/// At an edge the formula is infinite, and nodes of the quadrature are 0/0.
#[test]
fn edges_and_nodes_are_finite() {
    let selenium = Element::from_symbol("Se").unwrap();
    for energy in [12_657.8, 12_657.799_999, 12_657.800_001, 2.0 * 12_657.8, 12_657.8 / 0.953_089_922_969_33]
    {
        let found = Dispersion::of(selenium, energy).unwrap();
        assert!(
            found.f_prime.is_finite() && found.f_prime > -25.0 && found.f_double_prime > 0.4,
            "{energy} {found:?}"
        );
    }
    let [on, beside] =
        [2.0 * 12_657.8, 2.0 * 12_657.8 + 0.1].map(|e| Dispersion::of(selenium, e).unwrap().f_prime);
    assert!((on - beside).abs() < 1e-3, "{on} {beside}");
}
