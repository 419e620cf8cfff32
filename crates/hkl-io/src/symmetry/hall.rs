//! Hall symbols: the generators of a space group, with its origin (Hall 1981, doi 10.1107/S0567739481001228;
//! International Tables for Crystallography B, A1.4.2.3).

use super::operator::{Operator, PARTS};

/// A matrix of rotation, row by row.
type Matrix = [[i8; 3]; 3];

/// Generators of the group that a Hall symbol such as `P 2ac 2ab`, `-R 3 2"` or `P 4 2 (0 0 1)` stands for.
///
/// The change of basis at the end may shift the origin, in 12ths, or be a triplet of determinant 1 or -1.
pub(super) fn generators(symbol: &str) -> Option<Vec<Operator>> {
    let (symbol, basis) = match symbol.split_once('(') {
        Some((symbol, basis)) => (symbol, change_of_basis(basis.trim_end().strip_suffix(')')?)?),
        None => (symbol, Operator::IDENTITY),
    };
    let mut words = symbol.split_whitespace();
    let lattice = words.next()?;
    let mut generators = Vec::new();
    let letter = lattice.strip_prefix('-').unwrap_or(lattice);
    if letter != lattice {
        generators.push(Operator { rotation: inverted(Operator::IDENTITY.rotation), translation: [0; 3] });
    }
    let centring = centring(letter)?.iter();
    generators.extend(centring.map(|shift| Operator { translation: *shift, ..Operator::IDENTITY }));
    let mut rotations: Vec<Rotation> = Vec::new();
    for word in words {
        let rotation = Rotation::parse(word, &rotations)?;
        generators.push(rotation.operator()?);
        rotations.push(rotation);
    }
    // Even the group without any other has the rotation `1`, which is written.
    rotations.first()?;
    let back = basis.inverse()?;
    generators.iter().map(|generator| basis.after(generator)?.after(&back)).collect()
}

/// The translations of a lattice symbol beside those of the cell, in 24ths.
fn centring(letter: &str) -> Option<&'static [[i8; 3]]> {
    Some(match letter {
        "P" => &[],
        "A" => &[[0, 12, 12]],
        "B" => &[[12, 0, 12]],
        "C" => &[[12, 12, 0]],
        "I" => &[[12, 12, 12]],
        "F" => &[[0, 12, 12], [12, 0, 12]],
        "R" => &[[16, 8, 8]],
        "H" => &[[16, 8, 0]],
        _ => return None,
    })
}

/// A word of a symbol, such as `2ac`, `-4n` or `3*`.
#[derive(Clone, Copy)]
struct Rotation {
    is_inverted: bool,
    order: u8,
    axis: Axis,
    translation: [i8; 3],
}

/// What a rotation turns about.
#[derive(Clone, Copy, PartialEq)]
enum Axis {
    /// x, y or z.
    Edge(usize),
    /// `'`: b − c, c − a or a − b, in the plane across x, y or z.
    Difference(usize),
    /// `"`: b + c, c + a or a + b.
    Sum(usize),
    /// `*`: a + b + c.
    Body,
}

impl Rotation {
    /// Reads a rotation that stands after others, which decide on an axis that is not written.
    fn parse(word: &str, before: &[Self]) -> Option<Self> {
        let unsigned = word.strip_prefix('-').unwrap_or(word);
        let mut letters = unsigned.chars();
        let order = letters.next()?.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
        if !matches!(order, 1 | 2 | 3 | 4 | 6) {
            return None;
        }
        let across = match before.last().map(|before| before.axis) {
            Some(Axis::Edge(axis) | Axis::Difference(axis) | Axis::Sum(axis)) => axis,
            Some(Axis::Body) | None => 2,
        };
        let mut axis = match (order, before) {
            (_, []) | (1, _) => Some(Axis::Edge(2)),
            (2, [first]) if matches!(first.order, 2 | 4) => Some(Axis::Edge(0)),
            (2, [first]) if matches!(first.order, 3 | 6) => Some(Axis::Difference(2)),
            (3, _) => Some(Axis::Body),
            _ => None,
        };
        let (mut shift, mut screw) = ([0_i32; 3], 0);
        for letter in letters {
            match letter {
                'x' => axis = Some(Axis::Edge(0)),
                'y' => axis = Some(Axis::Edge(1)),
                'z' => axis = Some(Axis::Edge(2)),
                '\'' => axis = Some(Axis::Difference(across)),
                '"' => axis = Some(Axis::Sum(across)),
                '*' => axis = Some(Axis::Body),
                '1'..='5' => screw = i32::try_from(letter.to_digit(10)?).ok()?,
                _ => {
                    let glide = glide(letter)?;
                    shift = [0, 1, 2].map(|i| (shift[i] + i32::from(glide[i])) % PARTS);
                }
            }
        }
        let axis = axis?;
        if screw != 0 {
            let Axis::Edge(axis) = axis else { return None };
            shift[axis] += PARTS / i32::from(order) * screw;
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than a whole")]
        let translation = shift.map(|parts| parts.rem_euclid(PARTS) as i8);
        Some(Self { is_inverted: unsigned != word, order, axis, translation })
    }

    fn operator(&self) -> Option<Operator> {
        let (about_z, axis) = match (self.order, self.axis) {
            (1, _) => (Operator::IDENTITY.rotation, 2),
            (2, Axis::Edge(axis)) => ([[-1, 0, 0], [0, -1, 0], [0, 0, 1]], axis),
            (3, Axis::Edge(axis)) => ([[0, -1, 0], [1, -1, 0], [0, 0, 1]], axis),
            (4, Axis::Edge(axis)) => ([[0, -1, 0], [1, 0, 0], [0, 0, 1]], axis),
            (6, Axis::Edge(axis)) => ([[1, -1, 0], [1, 0, 0], [0, 0, 1]], axis),
            (2, Axis::Difference(axis)) => ([[0, -1, 0], [-1, 0, 0], [0, 0, -1]], axis),
            (2, Axis::Sum(axis)) => ([[0, 1, 0], [1, 0, 0], [0, 0, -1]], axis),
            (3, Axis::Body) => ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], 2),
            _ => return None,
        };
        let rotation = about(axis, about_z);
        let rotation = if self.is_inverted { inverted(rotation) } else { rotation };
        Some(Operator { rotation, translation: self.translation })
    }
}

/// The translation of a letter, in 24ths.
fn glide(letter: char) -> Option<[i8; 3]> {
    Some(match letter {
        'a' => [12, 0, 0],
        'b' => [0, 12, 0],
        'c' => [0, 0, 12],
        'n' => [12, 12, 12],
        'u' => [6, 0, 0],
        'v' => [0, 6, 0],
        'w' => [0, 0, 6],
        'd' => [6, 6, 6],
        _ => return None,
    })
}

/// The matrix that does about x or y what one does about z: the axes are exchanged in a circle.
fn about(axis: usize, about_z: Matrix) -> Matrix {
    let back = |place: usize| (place + 2 - axis) % 3;
    std::array::from_fn(|row| std::array::from_fn(|column| about_z[back(row)][back(column)]))
}

fn inverted(rotation: Matrix) -> Matrix {
    rotation.map(|row| row.map(|entry| -entry))
}

/// An operator V, of new coordinates x′ = V·x: three shifts in 12ths, or a triplet.
fn change_of_basis(text: &str) -> Option<Operator> {
    if text.contains(',') {
        return Operator::parse(text).ok();
    }
    let shifts: Vec<i32> = text.split_whitespace().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let [x, y, z] = <[i32; 3]>::try_from(shifts).ok()?.map(|shift| shift.rem_euclid(12) * PARTS / 12);
    let part = |parts| i8::try_from(parts).ok();
    Some(Operator { translation: [part(x)?, part(y)?, part(z)?], ..Operator::IDENTITY })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(symbol: &str, expected: &[&str]) {
        let found = generators(symbol).map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(found.unwrap_or_default(), expected, "{symbol}");
    }

    /// Examples of the rules, from International Tables for Crystallography B, A1.4.2.3.
    #[test]
    fn axes_follow_from_those_before() {
        check("P 1", &["x,y,z"]);
        check("-P 2ybc", &["-x,-y,-z", "-x,y+1/2,-z+1/2"]);
        check("P 2ac 2ab", &["-x+1/2,-y,z+1/2", "x+1/2,-y+1/2,-z"]);
        check("C 2y", &["x+1/2,y+1/2,z", "-x,y,-z"]);
        check("R 3 2\"", &["x+2/3,y+1/3,z+1/3", "-y,x-y,z", "y,x,-z"]);
        check("P 3* 2", &["z,x,y", "-y,-x,-z"]);
        check("P 31 2", &["-y,x-y,z+1/3", "-y,-x,-z"]);
        check("P 4bd 2c 3", &["-y+1/4,x+3/4,z+1/4", "x,-y,-z+1/2", "z,x,y"]);
        check("P 2x 2\'", &["x,-y,-z", "-x,-z,-y"]);
        check("P 61 2 (0 0 -1)", &["x-y,x,z+1/6", "-y,-x,-z+5/6"]);
        check("P 2 2 -1n", &["-x,-y,z", "x,-y,-z", "-x+1/2,-y+1/2,-z+1/2"]);
        check("P 2y (z,x,y)", &["-x,-y,z"]);
    }

    /// The sum of translations was more than 8 bits hold.
    #[test]
    fn translations_of_more_than_five_cells() {
        check("P 1 1dd5", &["x,y,z", "x+1/2,y+1/2,z+1/2"]);
        check(&format!("P 2{}", "a".repeat(301)), &["-x+1/2,-y,z"]);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "P",
            "Q 1",
            "P 5",
            "P 01",
            "P 2q",
            "P 3\'",
            "P 2 (0 0)",
            "P 2 (0 0 1",
            "P 2 4",
            "P 21 21 21",
            "2",
        ] {
            assert_eq!(generators(text), None, "{text}");
        }
    }
}
