"""Prints as JSON what a library finds in an NXmx file: judge.py LIBRARY FILE.

Prints `absent` and why where the library cannot be imported.
"""

import json
import sys


def numbers(values):
    import numpy

    return numpy.asarray(values, dtype=float).ravel().tolist()


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def with_h5py(path):
    import h5py
    import hdf5plugin  # noqa: F401, the filter of the images

    found = {"attributes": {}, "values": {}}
    with h5py.File(path, "r") as file:
        def visit(name, node):
            for key, value in node.attrs.items():
                value = text(value) if isinstance(value, (str, bytes)) else numbers(value)
                found["attributes"][f"{name}@{key}"] = value
            if isinstance(node, h5py.Dataset):
                value = node[()]
                found["values"][name] = text(value) if isinstance(value, bytes) else numbers(value)

        visit("", file)
        file.visititems(visit)
        data = file["entry/data/data"]
        found["linked"] = file["entry/instrument/detector/data"] == data
        found["data"] = {
            "type": data.dtype.str,
            "shape": data.shape,
            "chunks": data.chunks,
            "filters": list(data._filters),
        }
    return found


def with_nxmx(path):
    import h5py
    import hdf5plugin  # noqa: F401
    import nxmx

    with h5py.File(path, "r") as file:
        entry = nxmx.NXmx(file).entries[0]
        detector = entry.instruments[0].detectors[0]
        beam = entry.instruments[0].beams[0]
        panels = []
        for module in detector.modules:
            fast, slow = module.fast_pixel_direction, module.slow_pixel_direction
            chain = nxmx.get_dependency_chain(fast.depends_on)
            panels.append({
                "origin_mm": numbers(nxmx.get_cumulative_transformation(chain)[0, :3, 3]),
                "fast_axis": numbers(fast.vector),
                "slow_axis": numbers(slow.vector),
                "pixel_mm": numbers([fast[0].to("mm").magnitude, slow[0].to("mm").magnitude]),
                "data_origin": numbers(module.data_origin),
                "data_size": numbers(module.data_size),
            })
        sample = entry.samples[0]
        turn = None
        if sample.depends_on is not None:
            axes = nxmx.get_rotation_axes(nxmx.get_dependency_chain(sample.depends_on))
            turn = {
                "axis": numbers(axes.axes[0]),
                "start_deg": numbers(sample.depends_on[()].to("deg").magnitude),
                "end_deg": numbers(sample.depends_on.end[()].to("deg").magnitude),
                "width_deg": numbers(sample.depends_on.increment_set.to("deg").magnitude),
            }
        return {
            "definition": entry.definition,
            "start_time": entry.start_time and entry.start_time.isoformat(),
            "end_time": entry.end_time_estimated and entry.end_time_estimated.isoformat(),
            "source": entry.source.name,
            "instrument": entry.instruments[0].name,
            "sample": sample.name,
            "description": detector.description,
            "distance_mm": float(detector.distance.to("mm").magnitude),
            "thickness_mm": float(detector.sensor_thickness.to("mm").magnitude),
            "material": detector.sensor_material,
            "saturation": detector.saturation_value,
            "underload": detector.underload_value,
            "count_time_s": float(detector.count_time.to("s").magnitude),
            "frame_time_s": float(detector.frame_time.to("s").magnitude),
            "wavelength": float(beam.incident_wavelength.to("angstrom").magnitude),
            "flux": float(beam.total_flux.to("Hz").magnitude),
            "panels": panels,
            "turn": turn,
        }


def with_dxtbx(path):
    import bitshuffle  # noqa: F401, whose package brings the filter of the images
    from dxtbx.model.experiment_list import ExperimentListFactory

    experiments = ExperimentListFactory.from_filenames([path])
    first = experiments[0]
    images = [experiment.imageset for experiment in experiments]
    if len(images) == 1:
        raw = [images[0].get_raw_data(i) for i in range(len(images[0]))]
        masks = images[0].get_mask(0)
    else:
        raw = [image.get_raw_data(0) for image in images]
        masks = images[0].get_mask(0)
    return {
        "format": first.imageset.get_format_class().__name__,
        "experiments": len(experiments),
        "panels": [{
            "origin_mm": numbers(panel.get_origin()),
            "fast_axis": numbers(panel.get_fast_axis()),
            "slow_axis": numbers(panel.get_slow_axis()),
            "pixel_mm": numbers(panel.get_pixel_size()),
            "shape": [panel.get_image_size()[1], panel.get_image_size()[0]],
            "trusted": numbers(panel.get_trusted_range()),
            "thickness_mm": panel.get_thickness(),
            "material": panel.get_material(),
        } for panel in first.detector],
        "wavelength": first.beam.get_wavelength(),
        "to_source": numbers(first.beam.get_sample_to_source_direction()),
        "axis": first.goniometer and numbers(first.goniometer.get_rotation_axis()),
        "oscillation_deg": first.scan and numbers(first.scan.get_oscillation()),
        "images": first.scan and first.scan.get_num_images(),
        "exposure_s": first.scan and first.scan.get_exposure_times()[0],
        "pixels": [[numbers(panel.as_numpy_array()) for panel in image] for image in raw],
        "good": [numbers(mask.as_numpy_array()) for mask in masks],
    }


library, file_path = sys.argv[1:]
try:
    result = {"h5py": with_h5py, "nxmx": with_nxmx, "dxtbx": with_dxtbx}[library](file_path)
except ImportError as error:
    print("absent", error)
else:
    print(json.dumps(result))
