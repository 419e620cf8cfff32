"""What DIALS found in a simulated rotation beside what was simulated, as JSON.

Arguments: the folder of DIALS' files, the simulation's experiment list, its structure factors (MTZ, P 1).
"""
import json
import math
import sys

from cctbx.array_family import flex
from cctbx.crystal_orientation import basis_type, crystal_orientation
from cctbx.sgtbx import space_group_info
from dials.array_family import flex as tables
from dxtbx.model.experiment_list import ExperimentListFactory
from iotbx import mtz
from scitbx import matrix


def experiment(path):
    return ExperimentListFactory.from_json_file(path, check_format=False)[0]


def axes_of_panel(experiment):
    """The panel's fast and slow axes and their normal, as the columns of a rotation."""
    fast, slow = (matrix.col(axis) for axis in (experiment.detector[0].get_fast_axis(), experiment.detector[0].get_slow_axis()))
    return matrix.sqr((*fast, *slow, *fast.cross(slow))).transpose()


def change_of_axes(found, truth):
    """The true axes of reciprocal space as sums of those found, with whole coefficients: whichever axes DIALS chose."""
    change = matrix.sqr([round(x) for x in found.inverse() * truth])
    if change.determinant() != 1:
        raise SystemExit(f"not the lattice that was simulated: {(found.inverse() * truth).elems}")
    return change


def angle_between(found, truth):
    """Degrees between two lattices on the same axes; of a small angle the sine is accurate where the cosine is not."""
    found, truth = (crystal_orientation(a.elems, basis_type.reciprocal).crystal_rotation_matrix() for a in (found, truth))
    turn = matrix.sqr(found) * matrix.sqr(truth).transpose()
    sine = math.hypot(turn[7] - turn[5], turn[2] - turn[6], turn[3] - turn[1]) / 2
    return math.degrees(math.asin(min(1, sine)))


def true_intensities(path):
    """F² of all reflections of the sphere."""
    factors = [a for a in mtz.object(path).as_miller_arrays() if a.is_complex_array()][0]
    return factors.customized_copy(data=flex.norm(factors.data()))


def friedel_averaged(squares, symmetry):
    """The mean F² of Friedel mates, one of each pair."""
    return squares.customized_copy(crystal_symmetry=symmetry, anomalous_flag=False).map_to_asu().merge_equivalents().array()


def on_axes(indices, change):
    """Indices on the true axes: q = A_found h_found = A_true h_true."""
    to_true = change.inverse()
    return flex.miller_index([tuple(int(x) for x in to_true * matrix.col(h)) for h in indices])


def summed(folder, crystal, true_a, squares):
    """The counts of every reflection that was integrated whole, corrected for Lorentz factor, polarization and capture."""
    table = tables.reflection_table.from_file(f"{folder}/integrated.refl")
    table = table.select(table.get_flags(table.flags.integrated_sum) & (table["partiality"] > 0.99))
    corrected = table["intensity.sum.value"] * table["lp"] / table["qe"]
    indices = on_axes(table["miller_index"], change_of_axes(matrix.sqr(crystal.get_A()), true_a))
    squares = dict(zip(squares.indices(), squares.data()))
    cell = crystal.get_unit_cell()
    return [
        {"d_angstrom": cell.d(given), "intensity": intensity, "f_squared": squares[index]}
        for given, index, intensity in zip(table["miller_index"], indices, corrected) if index in squares
    ]


def main(folder, truth_path, factors_path):
    truth = experiment(truth_path)
    names = ("imported", "refined", "integrated", "scaled")
    imported, refined, integrated, scaled = (experiment(f"{folder}/{name}.expt") for name in names)
    # The two programs have the laboratory's axes each in its own way; the panel that was written is the one that was read.
    to_found = axes_of_panel(imported) * axes_of_panel(truth).transpose()
    for name, a, b in (
        ("beam", imported.beam.get_unit_s0(), truth.beam.get_unit_s0()),
        ("spindle", imported.goniometer.get_rotation_axis(), truth.goniometer.get_rotation_axis()),
    ):
        if (matrix.col(a) - to_found * matrix.col(b)).length() > 1e-6:
            raise SystemExit(f"the {name} was not read as it was written: {a} {b}")
    true_a = to_found * matrix.sqr(truth.crystal.get_A())
    found_a = matrix.sqr(refined.crystal.get_A())
    found_a = found_a * change_of_axes(found_a, true_a)

    spots = tables.reflection_table.from_file(f"{folder}/indexed.refl")
    used = tables.reflection_table.from_file(f"{folder}/refined.refl")
    used = used.select(used.get_flags(used.flags.used_in_refinement))
    offsets = (used["xyzcal.px"] - used["xyzobs.px.value"]).parts()

    merged = [a for a in mtz.object(f"{folder}/merged.mtz").as_miller_arrays() if a.is_xray_intensity_array()]
    merged = [a for a in merged if not a.anomalous_flag()][0]
    squares = true_intensities(factors_path)
    factors = friedel_averaged(squares, truth.crystal.get_crystal_symmetry())
    indices = on_axes(merged.indices(), change_of_axes(matrix.sqr(scaled.crystal.get_A()), true_a))
    merged = merged.customized_copy(indices=indices, crystal_symmetry=factors.crystal_symmetry()).map_to_asu()
    merged, factors = merged.common_sets(factors)

    group = space_group_info(group=scaled.crystal.get_space_group())
    print(json.dumps({
        "cell": crystal_orientation(found_a.elems, basis_type.reciprocal).unit_cell().parameters(),
        "true_cell": truth.crystal.get_unit_cell().parameters(),
        "angle_deg": angle_between(found_a, true_a),
        "space_group": str(group),
        "point_group": str(group.as_reference_setting().group().build_derived_point_group().info()),
        "distance_mm": refined.detector[0].get_directed_distance(),
        "true_distance_mm": truth.detector[0].get_directed_distance(),
        "strong": spots.size(),
        "indexed": spots.get_flags(spots.flags.indexed).count(True),
        "refined": used.size(),
        "rmsd": [flex.mean(offset ** 2) ** 0.5 for offset in offsets],
        "reflections": [
            {"d_angstrom": d, "intensity": i, "sigma": sigma, "f_squared": f}
            for d, i, sigma, f in zip(merged.d_spacings().data(), merged.data(), merged.sigmas(), factors.data())
        ],
        "summed": summed(folder, integrated.crystal, true_a, squares),
    }))


main(*sys.argv[1:])
