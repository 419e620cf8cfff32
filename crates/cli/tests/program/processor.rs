//! On a processor without what the program was built for.

use std::process::Command;

/// Processors that QEMU can pretend to be, from old to new.
const PROCESSORS: [&str; 3] = ["qemu64", "Nehalem", "Haswell"];

/// Either the program runs, or it says what is missing; it does not die on an illegal instruction.
#[test]
fn a_lesser_processor_is_told() {
    let Ok(version) = Command::new("qemu-x86_64").arg("--version").output() else {
        eprintln!("skipped: qemu-x86_64 is not installed");
        return;
    };
    assert!(version.status.success());
    let built_for_any = cfg!(not(target_feature = "avx"));
    for processor in PROCESSORS {
        let output = Command::new("qemu-x86_64")
            .args(["-cpu", processor, env!("CARGO_BIN_EXE_nanobragg"), "quirks"])
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        let told = output.status.code() == Some(70) && message.contains("this processor lacks");
        let ran = output.status.success();
        assert!(told || ran, "{processor}: {} {message}", output.status);
        assert!(!built_for_any || ran, "{processor}: {message}");
        assert!(
            cfg!(not(target_feature = "avx2")) || processor == "Haswell" || told,
            "{processor} ran AVX2 code"
        );
    }
}
