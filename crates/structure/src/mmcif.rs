//! Coordinates in mmCIF files, by the items of the PDBx/mmCIF dictionary 5 of the Protein Data Bank.

mod columns;
mod displacements;

use hkl_io::cif::{self, Block, Defect, Table};

use crate::site::{Crystal, Site};
use crate::tensor::Matrix;
use crate::{Error, Model, ReadOptions};
use columns::Columns;
use displacements::Displacements;

/// The item that a loop of atoms is known by.
const COORDINATE: &str = "_atom_site.Cartn_x";

/// What its copies are, of operators of non-crystallographic symmetry: in the file, or to be made.
const NCS: &str = "_struct_ncs_oper.code";

/// Reads the text of a file; `name` is for messages.
///
/// The atoms are those of the first data block that has coordinates in Å, and of the first model in it.
pub(crate) fn parse(text: &[u8], name: &str, options: &ReadOptions) -> Result<Model, Error> {
    let blocks = cif::parse(text, name).map_err(Error::Cif)?;
    let with_atoms: Vec<_> =
        blocks.iter().filter_map(|block| Some((block, block.table(COORDINATE)?.0))).collect();
    let Some((block, table)) = with_atoms.first() else {
        let expected = "a loop of _atom_site with coordinates in Å, Cartn_x, Cartn_y and Cartn_z";
        let is_fractional = blocks.iter().any(|block| block.table("_atom_site.fract_x").is_some());
        let found = if is_fractional { "fractional coordinates" } else { "none" };
        return Err(content(name, expected, found));
    };
    let columns =
        Columns::of(table).map_err(|missing| content(name, &format!("an item {missing}"), "none"))?;
    let mut notices = Vec::new();
    if with_atoms.len() > 1 {
        let (count, used) = (with_atoms.len() - 1, String::from_utf8_lossy(block.name()));
        notices.push(format!("{count} more data blocks with atoms than {used} are not used"));
    }
    let (sites, crystal) = read(block, &blocks, table, &columns, &mut notices)
        .map_err(|defect| Error::Cif(defect.into_error(text, name)))?;
    crystal.model(sites, notices, name, options)
}

fn content(name: &str, expected: &str, found: &str) -> Error {
    Error::Content { file: name.to_owned(), expected: expected.to_owned(), found: found.to_owned() }
}

/// The atoms of a block, and the crystal of that block or of another one where it says nothing.
fn read(
    block: &Block<'_>,
    others: &[Block<'_>],
    table: &Table<'_>,
    columns: &Columns,
    notices: &mut Vec<String>,
) -> Result<(Vec<Site>, Crystal), Defect> {
    let blocks: Vec<_> = std::iter::once(block).chain(others).collect();
    let crystal = Crystal {
        cell: cif::cell(&blocks)?,
        space_group: cif::space_group(&blocks)?,
        to_fractional: to_fractional(block)?,
    };
    let mut displacements = Displacements::of(block)?;
    let (mut sites, mut left_out, mut first_model) = (Vec::new(), 0, None);
    for row in table.rows() {
        let model = columns.model(&row);
        if model == *first_model.get_or_insert(model) {
            sites.push(columns.site(&row, displacements.take(columns.id(&row))?)?);
        } else {
            displacements.take(columns.id(&row))?;
            left_out += 1;
        }
    }
    displacements.check_all_taken()?;
    if left_out > 0 {
        notices.push(format!("{left_out} atoms of other models than the first are left out"));
    }
    let not_applied = block.values(NCS).filter(|code| code.text.eq_ignore_ascii_case(b"generate")).count();
    if not_applied > 0 {
        notices.push(format!(
            "{not_applied} operators of non-crystallographic symmetry (_struct_ncs_oper) are not applied, and their copies are not in the file"
        ));
    }
    Ok((sites, crystal))
}

/// The matrix and the shift that take coordinates in Å to fractional ones; none unless all their numbers are there.
fn to_fractional(block: &Block<'_>) -> Result<Option<(Matrix, [f64; 3])>, Defect> {
    let mut rows = [[0.0; 4]; 3];
    for (row, i) in rows.iter_mut().zip(1..) {
        let [xx, xy, xz, shift] = row;
        let matrix =
            [xx, xy, xz].into_iter().zip(1..).map(|(number, j)| (number, format!("matrix[{i}][{j}]")));
        for (number, item) in matrix.chain([(shift, format!("vector[{i}]"))]) {
            let item = format!("_atom_sites.fract_transf_{item}");
            let Some(value) = block.values(&item).next() else { return Ok(None) };
            *number = value.number().ok_or_else(|| Defect::new(&value, format!("a number for {item}")))?;
        }
    }
    Ok(Some((rows.map(|[x, y, z, _]| [x, y, z]), rows.map(|[.., shift]| shift))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "data_x
_cell.length_a 10 _cell.length_b 12 _cell.length_c 15
_cell.angle_alpha 90 _cell.angle_beta 90 _cell.angle_gamma 90
_symmetry.space_group_name_H-M 'P 21 21 21'
";

    const ATOMS: &str = "loop_
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_seq_id
_atom_site.pdbx_PDB_ins_code
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.occupancy
_atom_site.B_iso_or_equiv
_atom_site.pdbx_formal_charge
_atom_site.pdbx_PDB_model_num
1 C  CA A GLY A 1 ? 1.0 2.4 3.0(2) 0.5 15.0 ? 1
2 ZN ZN . ZN  B . B -1.0 0 1.5e1 1 20.0 2 1
3 O  O  . GLY A 1 ? 1 2 3 1 ? -1 2
";

    fn model(text: &str) -> Model {
        parse(text.as_bytes(), "x.cif", &ReadOptions::default()).unwrap()
    }

    #[test]
    fn atoms_are_those_of_the_first_model() {
        let model = model(&format!("{START}{ATOMS}"));
        let atoms: Vec<_> = model
            .atoms
            .iter()
            .map(|atom| format!("{} {} {:+} {}", atom.name, atom.element, atom.charge, atom.occupancy))
            .collect();
        assert_eq!(atoms, ["CA of GLY A 1, conformer A C +0 0.5", "ZN of ZN B B Zn +2 1"]);
        let expected = [[0.1, 0.2, 0.2], [-0.1, 0.0, 1.0]];
        for (atom, expected) in model.atoms.iter().zip(expected) {
            assert!(atom.position.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{atom:?}");
        }
        assert_eq!(model.space_group.to_string(), "P 21 21 21");
        assert_eq!(model.notices, ["1 atoms of other models than the first are left out"]);
    }

    #[test]
    fn displacements_belong_to_atoms_by_id() {
        let displacements = "loop_
_atom_site_anisotrop.id
_atom_site_anisotrop.U[1][1]
_atom_site_anisotrop.U[2][2]
_atom_site_anisotrop.U[3][3]
_atom_site_anisotrop.U[1][2]
_atom_site_anisotrop.U[1][3]
_atom_site_anisotrop.U[2][3]
3 .01 .01 .01 0 0 0
2 .1 .144 .225 .012 .015 .018
";
        let model = model(&format!("{START}{displacements}{ATOMS}"));
        let crate::Displacement::Isotropic { b } = model.atoms[0].displacement else { panic!("anisotropic") };
        assert!((b - 15.0).abs() < 1e-12, "{b}");
        let crate::Displacement::Anisotropic { u_star } = model.atoms[1].displacement else {
            panic!("isotropic")
        };
        // Uᵢⱼ/(aᵢ aⱼ) with edges of 10, 12 and 15 Å.
        let expected = [1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 1e-4];
        assert!(u_star.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{u_star:?}");
    }

    #[test]
    fn what_is_not_used_is_told() {
        let ncs = "loop_ _struct_ncs_oper.id _struct_ncs_oper.code 1 given 2 generate\n";
        let block = format!("{START}{ncs}{}", ATOMS.trim_end_matches("3 O  O  . GLY A 1 ? 1 2 3 1 ? -1 2\n"));
        let two = format!("{block}{}", block.replace("data_x", "data_y"));
        assert_eq!(
            model(&two).notices,
            [
                "1 more data blocks with atoms than x are not used",
                "1 operators of non-crystallographic symmetry (_struct_ncs_oper) are not applied, and their copies are not in the file"
            ]
        );
    }

    #[test]
    fn another_origin_is_that_of_the_file() {
        let numbers = [("matrix[1][1]", "0.1"), ("matrix[2][2]", "0.083333"), ("matrix[3][3]", "0.066667")];
        let zeros =
            ["matrix[1][2]", "matrix[1][3]", "matrix[2][1]", "matrix[2][3]", "matrix[3][1]", "matrix[3][2]"];
        let rest = zeros.map(|item| (item, "0")).into_iter();
        let shift = [("vector[1]", "0.25"), ("vector[2]", "0"), ("vector[3]", "0")];
        let items = numbers.into_iter().chain(rest).chain(shift);
        let items: String =
            items.map(|(item, number)| format!("_atom_sites.fract_transf_{item} {number}\n")).collect();
        let model = model(&format!("{START}{items}{ATOMS}"));
        assert!((model.atoms[0].position[0] - 0.35).abs() < 1e-12, "{:?}", model.atoms[0]);
        let notice = "the matrix of the file (SCALE, _atom_sites) has other axes or another origin than usual, and is used";
        assert!(model.notices.iter().any(|line| line == notice), "{:?}", model.notices);
    }
}
