//! ATOM and HETATM records.

use super::line::{Defect, Line};
use crate::Element;
use crate::site::{self, Site};

/// The atom of a record, and whether the record has its element.
pub(super) fn site(line: Line<'_>) -> Result<(Site, bool), Defect> {
    let stated = line.columns(77, 78).trim_ascii();
    // Columns 73 to 80 of old files have something else.
    let has_element = !stated.is_empty() && stated.iter().all(u8::is_ascii_alphabetic);
    let (element, charge) = if has_element { (of_symbol(stated), charge(line)?) } else { (of_name(line), 0) };
    let name = name(line);
    let element = element.ok_or_else(|| {
        let (first, last) = if has_element { (77, 78) } else { (13, 16) };
        line.defect(first, last, &format!("an element from H to Cf in columns {first} to {last} for {name}"))
    });
    let number = |first, last, what| line.number(first, last, what);
    let site = Site {
        element: element?,
        charge,
        position_angstrom: [number(31, 38, "x in Å")?, number(39, 46, "y in Å")?, number(47, 54, "z in Å")?],
        occupancy: number(55, 60, "the occupancy")?,
        b: number(61, 66, "B in Å²")?,
        u: None,
        name,
    };
    match site.check() {
        Ok(()) => Ok((site, has_element)),
        Err((expected, found)) => Err(Defect::new(format!("{expected} for {}", site.name), found)),
    }
}

fn name(line: Line<'_>) -> String {
    let [residue, chain, number] = [line.text(18, 20), line.text(22, 22), line.text(23, 27)];
    site::name(&line.text(13, 16), [&residue, &chain, &number], &line.text(17, 17))
}

fn of_symbol(symbol: &[u8]) -> Option<Element> {
    Element::from_symbol(std::str::from_utf8(symbol).ok()?)
}

/// The element at the start of a name: its symbol ends in the second of the four columns, except in names of hydrogen that
/// take all four.
fn of_name(line: Line<'_>) -> Option<Element> {
    let name = line.columns(13, 16);
    let [first, second, ..] = *name else { return None };
    if !first.is_ascii_alphabetic() {
        return of_symbol(&[second]);
    }
    let is_long = name.len() == 4 && !name.contains(&b' ');
    if is_long && matches!(first, b'H' | b'D') {
        return Some(Element::HYDROGEN);
    }
    of_symbol(&[first, second]).or_else(|| of_symbol(&[first]))
}

/// A digit and a sign, in either order.
fn charge(line: Line<'_>) -> Result<i8, Defect> {
    let (digit, sign) = match line.columns(79, 80).trim_ascii() {
        [] => return Ok(0),
        [digit @ b'0'..=b'9', sign @ (b'+' | b'-')] => (digit, sign),
        [sign @ (b'+' | b'-'), digit @ b'0'..=b'9'] => (digit, sign),
        _ => return Err(line.defect(79, 80, "a charge such as 2+ or 1- in columns 79 to 80")),
    };
    let size = i8::try_from(digit - b'0').unwrap_or(0);
    Ok(if *sign == b'-' { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<(&str, i8, &str, bool), &str>) {
        let found = site(Line::new(line.as_bytes()));
        let found = found
            .as_ref()
            .map(|(site, has_element)| (site.element.symbol(), site.charge, site.name.as_str(), *has_element))
            .map_err(|defect| format!("expected {}, found {}", defect.expected, defect.found));
        assert_eq!(found, expected.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn elements_and_charges() {
        let numbers = "       1.000   2.000   3.000  1.00 20.00";
        let line = |name: &str, end: &str| format!("ATOM      1 {name}ALA A   5{numbers}{end}");
        check(&line(" CA  ", "           C"), Ok(("C", 0, "CA of ALA A 5", true)));
        check(&line("CA   ", "          CA2+"), Ok(("Ca", 2, "CA of ALA A 5", true)));
        check(&line(" O  B", "           O-1"), Ok(("O", -1, "O of ALA A 5, conformer B", true)));
        check(&line(" CA  ", ""), Ok(("C", 0, "CA of ALA A 5", false)));
        check(&line("CA   ", ""), Ok(("Ca", 0, "CA of ALA A 5", false)));
        check(&line("FE   ", "      1ABC  70"), Ok(("Fe", 0, "FE of ALA A 5", false)));
        check(&line("HG11 ", ""), Ok(("H", 0, "HG11 of ALA A 5", false)));
        check(&line("1HB  ", ""), Ok(("H", 0, "1HB of ALA A 5", false)));
        check(&line("HG   ", ""), Ok(("Hg", 0, "HG of ALA A 5", false)));
        check(&line("CX1  ", ""), Ok(("C", 0, "CX1 of ALA A 5", false)));
        for (name, end, expected) in [
            (
                " UNK ",
                "           X",
                "expected an element from H to Cf in columns 77 to 78 for UNK of ALA A 5, found \"X\"",
            ),
            (
                " X   ",
                "",
                "expected an element from H to Cf in columns 13 to 16 for X of ALA A 5, found \"X\"",
            ),
            (" CA  ", "           C2", "expected a charge such as 2+ or 1- in columns 79 to 80, found \"2\""),
        ] {
            check(&line(name, end), Err(expected));
        }
    }

    #[test]
    fn numbers_that_are_missing_or_impossible() {
        let start = "HETATM    1  C1  ABC B   7A";
        for (numbers, expected) in [
            ("      1.000   2.000", "z in Å, a number in columns 47 to 54, found nothing"),
            (
                "      1.000   2.0x0   3.000  1.00 20.00",
                "y in Å, a number in columns 39 to 46, found \"2.0x0\"",
            ),
            ("      1.000   2.000   3.000", "the occupancy, a number in columns 55 to 60, found nothing"),
            (
                "      1.000   2.000   3.000  1.00******",
                "B in Å², a number in columns 61 to 66, found \"******\"",
            ),
            (
                "      1.000   2.000   3.000  1.00-100.5           C",
                "a B from -100 to 10000 Å² for C1 of ABC B 7A, found -100.5",
            ),
            (
                "      1.000   2.000   3.000100.1  20.00           C",
                "an occupancy up to 100 for C1 of ABC B 7A, found 100.1",
            ),
        ] {
            check(&format!("{start}{numbers}"), Err(&format!("expected {expected}")));
        }
    }
}
