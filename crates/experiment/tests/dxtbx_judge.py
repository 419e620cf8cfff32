"""Holds what nanobragg says about an experiment list against dxtbx, and prints the largest differences as JSON.

    dxtbx_judge.py EXPT SAID

EXPT is the experiment list, SAID a JSON file:
    panels: [{name, origin_mm, fast_axis, slow_axis, pixels, pixel_size_mm, bad}]
    beam: {wavelength_angstrom, direction, kahn_factor, e_vector}
    scan: {axis, start_deg, width_deg, images} or null
    vectors_angstrom: the direct vectors at spindle angle 0, or null
    rays: [{panel, direction, pixel}], pixel as fast, slow
"""

import json
import math
import sys

from dials.array_family import flex  # noqa: F401  (registers conversions)
from dxtbx.model.experiment_list import ExperimentListFactory
from scitbx import matrix

path, said_path = sys.argv[1:]
with open(said_path) as file:
    said = json.load(file)
experiment = ExperimentListFactory.from_json_file(path, check_format=False)[0]
worst = {}


def differ(what, found, expected):
    """Notes the largest absolute difference of a kind."""
    for f, e in zip(tuple(found), tuple(expected)):
        worst[what] = max(worst.get(what, 0.0), abs(f - e))


detector = experiment.detector
assert len(detector) == len(said["panels"])
for panel, ours in zip(detector, said["panels"]):
    assert panel.get_name() == ours["name"], (panel.get_name(), ours["name"])
    assert list(panel.get_image_size()) == ours["pixels"][::-1]
    differ("origin_mm", panel.get_origin(), ours["origin_mm"])
    differ("fast_axis", panel.get_fast_axis(), ours["fast_axis"])
    differ("slow_axis", panel.get_slow_axis(), ours["slow_axis"])
    differ("pixel_size_mm", panel.get_pixel_size(), [ours["pixel_size_mm"]] * 2)
    mask = panel.get_untrusted_rectangle_mask()
    slow, fast = ours["pixels"]
    bad = {(s, f) for r in ours["bad"] for f0, f1, s0, s1 in [r["pixels"]]
           for s in range(s0, s1 + 1) for f in range(f0, f1 + 1)}
    assert bad == {(s, f) for s in range(slow) for f in range(fast) if not mask[s, f]}, panel.get_name()

beam, ours = experiment.beam, said["beam"]
photons = matrix.col(beam.get_unit_s0())
differ("wavelength_angstrom", [beam.get_wavelength()], [ours["wavelength_angstrom"]])
differ("beam_direction", photons, ours["direction"])
# Kahn's factor with our K and E-vector, and DIALS's polarization of a reflection (lp_correction in corrections.h).
normal, fraction = matrix.col(beam.get_polarization_normal()), beam.get_polarization_fraction()
e_vector = matrix.col(ours["e_vector"])
for ray in said["rays"]:
    s1 = matrix.col(ray["direction"]).normalize()
    cosine = s1.dot(photons)
    across = s1 - photons * cosine
    sine2 = across.length_sq()
    cos2psi = 2.0 * across.dot(e_vector) ** 2 / sine2 - 1.0 if sine2 > 0 else 0.0
    kahn = 0.5 * (1.0 + cosine**2 - ours["kahn_factor"] * cos2psi * sine2)
    dials = (1.0 - 2.0 * fraction) * (1.0 - normal.dot(s1) ** 2) + fraction * (1.0 + cosine**2)
    differ("polarization_factor", [kahn], [dials])

for ray in said["rays"]:
    panel = detector[ray["panel"]]
    differ("pixel", panel.get_ray_intersection_px(ray["direction"]), ray["pixel"])
    size = panel.get_pixel_size()
    lab = panel.get_lab_coord([p * s for p, s in zip(ray["pixel"], size)])
    differ("ray", matrix.col(lab).normalize(), matrix.col(ray["direction"]).normalize())

if said["scan"]:
    scan, goniometer, ours = experiment.scan, experiment.goniometer, said["scan"]
    differ("oscillation_deg", scan.get_oscillation(), [ours["start_deg"], ours["width_deg"]])
    assert scan.get_num_images() == ours["images"]
    differ("spindle_axis", goniometer.get_rotation_axis(), ours["axis"])
if said["vectors_angstrom"]:
    reciprocal = matrix.sqr(sum(said["vectors_angstrom"], [])).inverse()
    a_matrix = matrix.sqr(experiment.crystal.get_A())
    if said["scan"]:
        setting = matrix.sqr(goniometer.get_setting_rotation())
        fixed = matrix.sqr(goniometer.get_fixed_rotation())
        datum = matrix.col(goniometer.get_rotation_axis_datum())
        axis = matrix.col(said["scan"]["axis"])
    for step in range(5):
        for hkl in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (7, -5, 11)]:
            ours, theirs = reciprocal * matrix.col(hkl), a_matrix * matrix.col(hkl)
            if said["scan"]:
                angle = said["scan"]["start_deg"] + step * 37.0
                ours = axis.axis_and_angle_as_r3_rotation_matrix(angle, deg=True) * ours
                turn = datum.axis_and_angle_as_r3_rotation_matrix(angle, deg=True)
                theirs = setting * turn * fixed * theirs
            differ("reciprocal_per_angstrom", ours, theirs)

# DIALS's own prediction, where there is a rotation: s1 - s0 must be our reciprocal vector at its angle.
if said["scan"] and said["vectors_angstrom"]:
    from dials.algorithms.spot_prediction import ScanStaticReflectionPredictor

    predicted = ScanStaticReflectionPredictor(experiment, dmin=2.0).for_ub(experiment.crystal.get_A())
    for hkl, s1, xyz in zip(predicted["miller_index"], predicted["s1"], predicted["xyzcal.mm"]):
        turn = axis.axis_and_angle_as_r3_rotation_matrix(math.degrees(xyz[2]), deg=True)
        s1_ours = matrix.col(beam.get_s0()) + turn * reciprocal * matrix.col(hkl)
        differ("predicted_s1", s1_ours, s1)
    worst["predicted_reflections"] = len(predicted)

print(json.dumps(worst))
