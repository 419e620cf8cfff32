//! Every flag, in one flat table.
//!
//! The command line, the help, the checks of values, the list of nearest names and the test that no flag is dropped
//! all read this table; a flag exists when it has a row here. (The file is long because the table is.)

/// The values of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// None.
    None,
    /// One number.
    Number,
    /// Between so many numbers and so many.
    Numbers(usize, usize),
    /// One integer.
    Integer,
    /// So many integers.
    Integers(usize),
    /// One count: an integer that is not negative.
    Count,
    /// One file name.
    File,
    /// One of these names.
    Word(&'static [&'static str]),
    /// So many numbers, or this word alone.
    NumbersOrWord(usize, &'static str),
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which flag.
    pub flag: Flag,
    /// Its heading in the help.
    pub group: &'static str,
    /// Its name, without a dash.
    pub name: &'static str,
    /// Other names, without a dash.
    pub aliases: &'static [&'static str],
    /// Its values.
    pub values: Values,
    /// The values' names in the help.
    pub value_names: &'static [&'static str],
    /// Their unit, or nothing.
    pub unit: &'static str,
    /// What holds when it is not given, for the help.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

macro_rules! flags {
    ($($group:literal { $(
        $id:ident $name:literal $(| $alias:literal)* => $values:expr, [$($value:literal),*], $unit:literal, $default:literal, $help:literal;
    )* })*) => {
        /// A flag of the C program, or one of ours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the help of the table documents each one")]
        pub enum Flag { $($($id,)*)* }

        /// The table, in the order of the help.
        pub const TABLE: &[Row] = &[$($(Row {
            flag: Flag::$id,
            group: $group,
            name: $name,
            aliases: &[$($alias),*],
            values: $values,
            value_names: &[$($value),*],
            unit: $unit,
            default: $default,
            help: $help,
        },)*)*];
    };
}

use Values::{Count, File, Integer, Integers, None as Nothing, Number, Numbers, NumbersOrWord, Word};

flags! {
    "Crystal" {
        Cell "cell" => Numbers(1, 6), ["A", "B", "C", "ALPHA", "BETA", "GAMMA"], "Å, deg", "none", "unit cell; missing edges copy a, missing angles are 90";
        Mat "mat" | "matrix" => File, ["FILE"], "", "none", "MOSFLM A matrix: nine numbers, columns a*, b*, c* times the wavelength; -cell beside it gives the edges";
        Misset "misset" => NumbersOrWord(3, "random"), ["X", "Y", "Z"], "deg", "0 0 0", "turn the crystal about lab x, then y, then z; or `random`";
        MissetSeed "misset_seed" => Integer, ["SEED"], "", "the clock", "seed of the random orientation";
        N "N" => Count, ["CELLS"], "cells", "1", "unit cells along a, b and c";
        Na "Na" => Count, ["CELLS"], "cells", "1", "unit cells along a";
        Nb "Nb" => Count, ["CELLS"], "cells", "1", "unit cells along b";
        Nc "Nc" => Count, ["CELLS"], "cells", "1", "unit cells along c";
        SampleSize "samplesize" | "sample_size" | "xtalsize" | "xtal_size" => Number, ["MM"], "mm", "none", "crystal width in all three directions, instead of -N";
        SampleX "sample_x" | "sample_thick" | "xtal_thick" | "xtal_x" => Number, ["MM"], "mm", "none", "crystal size along the beam, gives Na";
        SampleY "sample_y" | "sample_width" | "width" | "xtal_width" | "xtal_y" => Number, ["MM"], "mm", "none", "crystal width, gives Nb; clipped to the beam";
        SampleZ "sample_z" | "sample_height" | "height" | "xtal_height" | "xtal_z" => Number, ["MM"], "mm", "none", "crystal height, gives Nc; clipped to the beam";
        SquareXtal "square_xtal" => Nothing, [], "", "on", "parallelepiped: spots with fringes";
        RoundXtal "round_xtal" => Nothing, [], "", "off", "ellipsoid";
        GaussXtal "gauss_xtal" => Nothing, [], "", "off", "Gaussian spots without fringes";
        TophatSpots "tophat_spots" | "binary_spots" => Nothing, [], "", "off", "spots with a flat top";
        Fudge "fudge" => Number, ["FACTOR"], "", "1", "scales the squared spot radius of the round, gauss and tophat shapes";
        Mosaic "mosaic" | "mosaicity" | "mosaic_spread" => Number, ["DEG"], "deg", "0", "isotropic mosaic spread";
        MosaicDomains "mosaic_domains" | "mosaic_dom" => Count, ["COUNT"], "", "1, or 10 with a spread", "mosaic domains";
        MosaicSeed "mosaic_seed" => Integer, ["SEED"], "", "12345678", "seed of the mosaic domains";
        Density "density" | "sample_den" => Number, ["G/CM3"], "g/cm³", "none", "accepted and without effect, as in the C program";
        MolecularWeight "MW" | "molec" => Number, ["G/MOL"], "g/mol", "none", "accepted and without effect, as in the C program";
        Coherent "coherent" => Nothing, [], "", "off", "accepted and without effect, as in the C program";
    }
    "Structure factors" {
        Hkl "hkl" => File, ["FILE"], "", "none", "structure factors: text with h k l F a line, MTZ, mmCIF; or coordinates, PDB or mmCIF, from which they are computed";
        Dump "dump" => File, ["FILE"], "", "none", "binary structure factors: read without -hkl, else written";
        DefaultF "default_F" => Number, ["F"], "electrons", "0", "structure factor of reflections that are not in the list";
        Interpolate "interpolate" => Nothing, [], "", "on when Na, Nb or Nc is 2 or less", "interpolate between structure factors (tricubic)";
        NoInterpolate "nointerpolate" => Nothing, [], "", "off", "take the nearest structure factor";
        Column "column" => File, ["NAME"], "", "the first of F", "column of an MTZ file, or item of _refln of an mmCIF file, that has F or intensities";
        SpaceGroup "space-group" => File, ["GROUP"], "", "the file's", "space group of reflections or coordinates, a symbol or a number";
        NoSolvent "no-solvent" => Nothing, [], "", "off", "compute F of coordinates without a bulk solvent";
        Direct "direct" => Nothing, [], "", "off", "sum F of coordinates over the atoms: exact and slow";
        ForceCell "force-cell" => Nothing, [], "", "off", "take another unit cell than that of the file of structure factors";
        MaxGridBytes "max-grid-bytes" => Count, ["BYTES"], "bytes", "the machine's memory", "refuse structure factors whose grid would need more memory";
    }
    "Beam" {
        Lambda "lambda" | "wave" => Number, ["A"], "Å", "1", "wavelength";
        Energy "energy" => Number, ["EV"], "eV", "none", "photon energy, instead of -lambda";
        Dispersion "dispersion" => Number, ["PERCENT"], "%", "0", "full spectral width Δλ/λ";
        Dispsteps "dispsteps" => Count, ["COUNT"], "", "2 for a range", "wavelengths in the dispersion";
        Divergence "divergence" => Number, ["MRAD"], "mrad", "0", "full horizontal and vertical divergence";
        Hdivrange "hdivrange" => Number, ["MRAD"], "mrad", "0", "full horizontal divergence";
        Vdivrange "vdivrange" => Number, ["MRAD"], "mrad", "0", "full vertical divergence";
        Hdivstep "hdivstep" => Number, ["MRAD"], "mrad", "none", "horizontal divergence step";
        Vdivstep "vdivstep" => Number, ["MRAD"], "mrad", "none", "vertical divergence step";
        Divsteps "divsteps" => Count, ["COUNT"], "", "2 for a range", "divergence steps in both directions";
        Hdivsteps "hdivsteps" => Count, ["COUNT"], "", "2 for a range", "horizontal divergence steps";
        Vdivsteps "vdivsteps" => Count, ["COUNT"], "", "2 for a range", "vertical divergence steps";
        RoundDiv "round_div" => Nothing, [], "", "on", "cut the corners of the divergence grid";
        SquareDiv "square_div" => Nothing, [], "", "off", "use the whole divergence grid";
        Sourcefile "sourcefile" => File, ["FILE"], "", "none", "sources, a row each: x y z weight wavelength(m)";
        Polar "polar" => Number, ["K"], "", "0", "Kahn's polarization factor";
        Nopolar "nopolar" => Nothing, [], "", "off", "no polarization factor";
        Fluence "fluence" => Number, ["PER_M2"], "photons/m²", "1.2593e29", "photons through each square metre";
        Flux "flux" => Number, ["PER_S"], "photons/s", "none", "with -exposure and -beamsize, instead of -fluence";
        Exposure "exposure" => Number, ["S"], "s", "1", "exposure time, for -flux";
        Beamsize "beamsize" => Number, ["MM"], "mm", "0.1", "beam width: for -flux, and clips the crystal";
        Water "water" => Number, ["UM"], "µm", "0", "thickness of water around the crystal";
        Stol "stol" => File, ["FILE"], "", "none", "amorphous structure factor against sin θ/λ, instead of water's";
        FourStol "4stol" => File, ["FILE"], "", "none", "amorphous structure factor against 4 sin θ/λ, instead of water's";
        Q "Q" => File, ["FILE"], "", "none", "amorphous structure factor against 4π sin θ/λ, instead of water's";
        Stolout "stolout" => File, ["FILE"], "", "none", "accepted and without effect, as in the C program";
    }
    "Rotation" {
        Phi "phi" => Number, ["DEG"], "deg", "0", "first angle about the spindle";
        Osc "osc" => Number, ["DEG"], "deg", "0, or 1 with -phisteps", "rotation range";
        Phistep "phistep" => Number, ["DEG"], "deg", "none", "rotation from one step to the next";
        Phisteps "phisteps" => Count, ["COUNT"], "", "2 for a range", "rotation steps";
        Images "images" => Count, ["COUNT"], "", "1", "images of the scan, one after the other, each over the range of -osc; its files have #### in their names";
    }
    "Detector" {
        Mosflm "mosflm" => Nothing, [], "", "on", "MOSFLM's convention of axes and beam centre";
        Xds "xds" => Nothing, [], "", "off", "XDS's convention";
        Adxv "adxv" => Nothing, [], "", "off", "ADXV's convention";
        Denzo "denzo" => Nothing, [], "", "off", "DENZO's convention";
        Dials "dials" => Nothing, [], "", "off", "DIALS's convention";
        Distance "distance" => Number, ["MM"], "mm", "100", "from the sample to the detector along the beam";
        CloseDistance "close_distance" => Number, ["MM"], "mm", "from -distance", "from the sample to the nearest point of the detector's plane";
        Pixel "pixel" => Number, ["MM"], "mm", "0.1", "pixel edge";
        Detpixels "detpixels" => Count, ["COUNT"], "pixels", "none", "pixels along both axes";
        DetpixelsF "detpixels_f" | "detpixels_x" => Count, ["COUNT"], "pixels", "none", "pixels along the fast axis";
        DetpixelsS "detpixels_s" | "detpixels_y" => Count, ["COUNT"], "pixels", "none", "pixels along the slow axis";
        Detsize "detsize" => Number, ["MM"], "mm", "102.4", "detector size along both axes";
        DetsizeF "detsize_f" => Number, ["MM"], "mm", "102.4", "detector size along the fast axis";
        DetsizeS "detsize_s" => Number, ["MM"], "mm", "102.4", "detector size along the slow axis";
        Xbeam "Xbeam" => Number, ["MM"], "mm", "the centre", "direct beam, first axis of the convention";
        Ybeam "Ybeam" => Number, ["MM"], "mm", "the centre", "direct beam, second axis of the convention";
        Xclose "Xclose" => Number, ["MM"], "mm", "the centre", "near point: default of -Xbeam in xds, dials and custom";
        Yclose "Yclose" => Number, ["MM"], "mm", "the centre", "near point: default of -Ybeam in xds, dials and custom";
        Orgx "ORGX" => Number, ["PIXELS"], "pixels", "the centre", "near point along the fast axis, XDS style";
        Orgy "ORGY" => Number, ["PIXELS"], "pixels", "the centre", "near point along the slow axis, XDS style";
        Pivot "pivot" => Word(&["beam", "sample"]), ["beam|sample"], "", "by convention", "what the detector rotates about";
        DetectorRotx "detector_rotx" => Number, ["DEG"], "deg", "0", "rotate the detector about lab x";
        DetectorRoty "detector_roty" => Number, ["DEG"], "deg", "0", "rotate the detector about lab y, after x";
        DetectorRotz "detector_rotz" => Number, ["DEG"], "deg", "0", "rotate the detector about lab z, after x and y";
        Twotheta "twotheta" => Number, ["DEG"], "deg", "0", "swing the detector about the two-theta axis, after its rotations";
        FdetVector "fdet_vector" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "fast axis; selects the custom convention";
        SdetVector "sdet_vector" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "slow axis; selects the custom convention";
        OdetVector "odet_vector" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "normal; selects the custom convention";
        BeamVector "beam_vector" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "direction of the beam; selects the custom convention";
        PolarVector "polar_vector" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "E-vector; selects the custom convention";
        SpindleAxis "spindle_axis" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "spindle; selects the custom convention";
        TwothetaAxis "twotheta_axis" => Numbers(3, 3), ["X", "Y", "Z"], "", "by convention", "two-theta axis; selects the custom convention";
        Pix0Vector "pix0_vector" => Numbers(3, 3), ["X", "Y", "Z"], "m", "from the beam centre", "corner of the first pixel; selects the custom convention";
        Pix0VectorMm "pix0_vector_mm" => Numbers(3, 3), ["X", "Y", "Z"], "mm", "from the beam centre", "corner of the first pixel; selects the custom convention";
        CurvedDet "curved_det" => Nothing, [], "", "off", "all pixels at one distance";
        PointPixel "point_pixel" => Nothing, [], "", "off", "solid angle 1/R² instead of the pixel's";
        DetectorAbs "detector_abs" | "detector_absorb" => NumbersOrWord(1, "inf"), ["UM"], "µm", "the thickness", "attenuation depth of the sensor";
        DetectorThick "detector_thick" => Number, ["UM"], "µm", "0", "thickness of the sensor";
        DetectorThicksteps "detector_thicksteps" | "thicksteps" => Count, ["COUNT"], "", "2 with a thickness", "layers of the sensor";
        Oversample "oversample" => Count, ["COUNT"], "", "from the crystal's size", "sub-pixels along each pixel edge; 0 for automatic";
        OversampleThick "oversample_thick" => Nothing, [], "", "off", "sensor absorption for every sub-step";
        OversamplePolar "oversample_polar" => Nothing, [], "", "off", "polarization for every sub-step";
        OversampleOmega "oversample_omega" => Nothing, [], "", "off", "solid angle for every sub-step";
        Dmin "dmin" => Number, ["A"], "Å", "0", "skip what is finer than this resolution";
        Tolerance "tolerance" => Number, ["PHOTONS"], "photons", "0", "leave out steps that sum up to no more than this in a pixel";
        Nopredict "nopredict" => Nothing, [], "", "off", "look for spots in every step instead of predicting them";
        Precision "precision" => Word(&["double", "single"]), ["double|single"], "", "double", "precision of a step; single is faster, and a pixel off by 1e-5 of it and 1e-8 of the brightest at most";
        Roi "roi" => Integers(4), ["XMIN", "XMAX", "YMIN", "YMAX"], "pixels", "all", "render this part only, ends included, x fast";
        Mask "mask" => File, ["FILE"], "", "none", "SMV image whose zero pixels are skipped; its header is read";
        Img "img" => File, ["FILE"], "", "none", "SMV image whose header is read";
        Expt "expt" => File, ["FILE"], "", "none", "DIALS experiment list: panels, beam, scan and crystal";
        Geom "geom" => File, ["FILE"], "", "none", "CrystFEL geometry: panels and photon energy";
    }
    "Output" {
        Floatfile "floatfile" | "floatimage" => File, ["FILE"], "", "floatimage.bin", "photons as raw 4-byte floats";
        Intfile "intfile" | "intimage" => File, ["FILE"], "", "intimage.img", "scaled 2-byte integers (SMV)";
        Pgmfile "pgmfile" | "pgmimage" => File, ["FILE"], "", "image.pgm", "scaled bytes (PGM)";
        Nopgm "nopgm" => Nothing, [], "", "off", "write no PGM";
        Noisefile "noisefile" | "noiseimage" => File, ["FILE"], "", "noiseimage.img", "photons with counting noise (SMV)";
        Cbffile "cbffile" => File, ["FILE"], "", "none", "counts of the detector (mini-CBF); of a scan, image_####.cbf";
        Nxmx "nxmx" => File, ["FILE"], "", "none", "counts of the detector, all panels and all images of the scan (NXmx, HDF5)";
        Smvfile "smvfile" => File, ["FILE"], "", "none", "counts of the detector (SMV, 16 bits)";
        Npyfile "npyfile" => File, ["FILE"], "", "none", "NumPy array of photons; of counts with -response";
        Pngfile "pngfile" => File, ["FILE"], "", "none", "picture of photons, 16-bit gray; of counts with -response";
        Response "response" => Word(&["pilatus", "eiger", "jungfrau", "ccd"]), ["DETECTOR"], "", "a photon counter", "detector that the counts are of";
        Nonoise "nonoise" => Nothing, [], "", "off", "write no noise image";
        Scale "scale" => Number, ["FACTOR"], "", "55000/max", "scale of the integer image; 0 for automatic";
        Pgmscale "pgmscale" => Number, ["FACTOR"], "", "250/(5·rmsd)", "scale of the PGM; 0 for automatic";
        Adc "adc" => Number, ["COUNTS"], "", "40", "offset of the integer and noise images";
        Seed "seed" => Integer, ["SEED"], "", "the clock", "seed of the noise";
        Printout "printout" => Nothing, [], "", "off", "print pixels to the screen";
        PrintoutPixel "printout_pixel" => Integers(2), ["FAST", "SLOW"], "pixels", "all", "the pixel that -printout prints";
        TracePixel "trace_pixel" | "dump_pixel" => Integers(2), ["SLOW", "FAST"], "pixels", "none", "print what one pixel goes through";
        Panel "panel" => File, ["NAME"], "", "the first", "panel of the pixel that is traced or printed: its name, or its number from 0";
        ExptOut "expt-out" => File, ["FILE"], "", "none", "write the geometry and the crystal as a DIALS experiment list";
    }
    "Running" {
        NoClobber "no-clobber" => Nothing, [], "", "off", "refuse to replace a file";
        Checkpoint "checkpoint" => File, ["FILE"], "", "none", "keep finished rows in a file, from which the same command goes on after an interruption";
        NoMmap "no-mmap" => Nothing, [], "", "off", "copy large dumps of structure factors into memory, safe from changes, instead of mapping them";
        Noprogress "noprogress" => Nothing, [], "", "off", "no progress bar";
        Progress "progress" => Nothing, [], "", "on", "a progress bar";
        Compat "compat" => Word(&["c"]), ["c"], "", "off", "give the C program's answer, defects included";
        Threads "threads" => Count, ["COUNT"], "", "all cores", "threads; 0 for all cores";
        Verbose "verbose" | "v" => Nothing, [], "", "off", "tell everything: every resolved value, and each difference from the C program that plays a part";
        Quiet "quiet" | "q" => Nothing, [], "", "off", "tell errors alone, and what -printout and -trace_pixel ask for";
    }
}

impl Flag {
    /// Its row of the table.
    #[must_use]
    pub fn row(self) -> &'static Row {
        // The table is in the order of the enum.
        &TABLE[self as usize]
    }

    /// Its name as it is typed.
    #[must_use]
    pub fn dashed(self) -> String {
        format!("-{}", self.row().name)
    }

    /// The flag of an exact name or alias, without its dashes.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name || row.aliases.contains(&name)).map(|row| row.flag)
    }

    /// The known name nearest to one that is not known.
    #[must_use]
    pub fn nearest_name(unknown: &str) -> Option<&'static str> {
        TABLE
            .iter()
            .flat_map(|row| std::iter::once(&row.name).chain(row.aliases))
            .map(|&name| (strsim::jaro_winkler(&name.to_lowercase(), &unknown.to_lowercase()), name))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(likeness, _)| *likeness > 0.7)
            .map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_rows_are_found() {
        let mut seen = HashSet::new();
        for row in TABLE {
            assert_eq!(row.flag.row().name, row.name);
            for name in std::iter::once(&row.name).chain(row.aliases) {
                assert!(seen.insert(*name), "{name} twice");
                assert_eq!(Flag::named(name), Some(row.flag));
            }
        }
        assert_eq!(Flag::named("detec"), None, "no substrings");
    }

    #[test]
    fn a_mistyped_flag_has_a_nearest_name() {
        for (typed, nearest) in
            [("lamda", "lambda"), ("detpixel", "detpixels"), ("defaultF", "default_F"), ("mosiac", "mosaic")]
        {
            assert_eq!(Flag::nearest_name(typed), Some(nearest));
        }
        assert_eq!(Flag::nearest_name("zzzz"), None);
    }
}
