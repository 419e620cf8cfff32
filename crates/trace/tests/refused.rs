//! Lines of a known form that must be refused, with what the error says.

use nanobragg_trace::{Error, Log, text};

fn check(line: &str, expected: &str) {
    let contents = format!("Some other output.\n{line}\nTRACE_C: F_cell 100\n");
    match Log::parse(&contents, "pixel.log") {
        Err(error) => assert_eq!(error.to_string(), format!("pixel.log:2:{expected}"), "{line}"),
        Ok(log) => panic!("{line} was read as {log:?}"),
    }
}

#[test]
fn a_malformed_line_is_refused_with_its_place() {
    for (line, expected) in [
        ("TRACE_C:distance_m", "9: expected key=value, found `distance_m`"),
        ("TRACE_C:distance_m=", "20: expected 1 number, found end of line"),
        ("TRACE_C:distance_m=far", "20: expected a number, found `far`"),
        ("TRACE_C:distance_m=0.1 0.2", "24: expected end of line, found `0.2`"),
        ("TRACE_C:=1", "9: expected a key of letters, digits and underscores, found `=1`"),
        ("TRACE_C:a key=1", "9: expected a key of letters, digits and underscores, found `a key`"),
        ("TRACE_C:detector_convention=", "29: expected one word, found end of line"),
        ("TRACE_C:detector_convention=XDS MOSFLM", "29: expected one word, found `XDS MOSFLM`"),
        ("TRACE_C:angles_rad=0 0 0 0", "20: expected name:number, found `0`"),
        ("TRACE_C:angles_rad=rotx:0 roty:x", "32: expected a number, found `x`"),
        ("TRACE_C:angles_rad=rotx=0", "20: expected name:number, found `rotx=0`"),
        ("TRACE_C:angles_rad=", "20: expected name:number, found end of line"),
        ("TRACE_C:initial_fdet=0 1", "25: expected 1 more number, found end of line"),
        ("TRACE_C:Rx=1 0 0", "12: expected a matrix, [a b c; d e f; g h i], found `1 0 0`"),
        ("TRACE_C:Rx=[1 0 0; 0 1 0]", "12: expected a matrix, [a b c; d e f; g h i], found `[1 0 0; 0 1 0]`"),
        ("TRACE_C:Rx=[1 0 0; 0 1 0; 0 0 1; 0 0 0]", "33: expected `]` after three rows, found ` 0 0 0`"),
        ("TRACE_C:Rx=[1 0 0; 0 1; 0 0 1]", "23: expected 1 more number, found `; 0 0 1]`"),
        ("TRACE_C:unheard_of=1 2 x", "24: expected a number, found `x`"),
        ("DETECTOR_FAST_AXIS", "19: expected 3 numbers, found end of line"),
        ("DETECTOR_FAST_AXIS 0 0", "23: expected 1 more number, found end of line"),
        (
            "TRACE_CONFIG: tracing pixel 32 64",
            "15: expected `tracing pixel (spixel=S, fpixel=F)`, found `tracing pixel 32 64`",
        ),
        ("TRACE_CONFIG: tracing pixel (spixel=32, fpixel)", "41: expected name=number, found `fpixel`"),
        ("TRACE_C: hkl_frac 1 2 µ", "23: expected a number, found `µ`"),
        ("TRACE_C: hkl_frac 1 2 3 4", "25: expected end of line, found `4`"),
        ("TRACE_C: hkl_frac", "18: expected 3 numbers, found end of line"),
        ("TRACE_C_PHI phi_tic=0 phi_deg", "23: expected name=number, found `phi_deg`"),
        ("TRACE_C_PHI phi_tic=", "21: expected a number, found end of line"),
        ("TRACE_C", "8: expected `:` or a space after the prefix, found end of line"),
    ] {
        check(line, expected);
    }
}

#[test]
fn a_text_without_a_trace_is_refused() {
    for contents in ["", "\n\n", "Some other output.\nTRACE: prose\nDETECTOR_SN=000;\n"] {
        let error = text::parse(contents, "pixel.log").unwrap_err();
        assert!(matches!(&error, Error::NoTrace { file } if file == "pixel.log"), "{error}");
    }
}

#[test]
fn any_prefix_is_read() {
    let read = |prefix: &str| {
        let contents = format!(
            "{prefix}:distance_m=0.1\r\n{prefix}: hkl_rounded 1 -2 3\r\n{prefix}_PHI phi_tic=0 F_latt=1\r\n\
             {prefix}_DOMAIN domain=3 x=1\r\n"
        );
        Log::parse(&contents, "pixel.log").unwrap()
    };
    let expected = read("TRACE_RS");
    assert_eq!(
        expected.lines.iter().map(|line| line.key.as_ref()).collect::<Vec<_>>(),
        ["distance_m", "hkl_rounded", "PHI", "DOMAIN"]
    );
    for prefix in ["TRACE_C", "TRACE_PY", "TRACE_anything", "TRACE_RS_2"] {
        assert_eq!(read(prefix), expected, "{prefix}");
    }
}

#[test]
fn a_trace_line_in_the_middle_of_a_line_is_read() {
    let read = |contents: &str| Log::parse(contents, "pixel.log").unwrap();
    let plain = read("TRACE_C:distance_m=0.1\nTRACE_C: pix0_vector_meters 0.1 0.0196 -0.0196\n");
    let warning = "WARNING: further warnings will not be printed!";
    for contents in [
        format!("TRACE_C:distance_m=0.1\n{warning} TRACE_C: pix0_vector_meters 0.1 0.0196 -0.0196\n"),
        format!("50%TRACE_C:distance_m=0.1\n{warning}TRACE_C: pix0_vector_meters 0.1 0.0196 -0.0196\r\n"),
    ] {
        assert_eq!(read(&contents), plain, "{contents}");
    }
    // Prose, and names that only end like a prefix.
    for other in
        ["see TRACE_C: the lines", "the TRACE_C: prefix 1", "MY_TRACE_C: F_cell 3", "x TRACE_C_PHI phi_tic=0"]
    {
        let contents =
            format!("{other}\nTRACE_C:distance_m=0.1\nTRACE_C: pix0_vector_meters 0.1 0.0196 -0.0196\n");
        assert_eq!(read(&contents), plain, "{other}");
    }
    let error = Log::parse(&format!("{warning} TRACE_C: F_cell many\n"), "pixel.log").unwrap_err();
    assert_eq!(error.to_string(), "pixel.log:1:64: expected a number, found `many`");
}
