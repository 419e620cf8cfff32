//! Whether this processor has what the program was built for.
//!
//! The repository's own builds use the instruction set of the machine they are made on (`.cargo/config.toml`).
//! Started on a lesser one, such a program would die on an illegal instruction in the middle of something; so it
//! asks first. `is_x86_feature_detected!` cannot be used: it is true at compile time for what the build enables.
//!
//! This very code is compiled for the better processor too. It is therefore a bit for each feature and nothing that a
//! compiler would want to copy or compare with vectors: no table of answers, no formatting.

use std::process::ExitCode;

/// Names of the features that are asked for, a bit each.
#[cfg(target_arch = "x86_64")]
static NAMES: [&str; 14] = [
    "sse4.2", "popcnt", "avx", "f16c", "fma", "movbe", "avx2", "bmi1", "bmi2", "avx512f", "avx512dq",
    "avx512bw", "avx512vl", "lzcnt",
];

/// The bits of XCR0 by which an operating system keeps the registers of AVX: SSE, the upper halves.
#[cfg(target_arch = "x86_64")]
const AVX_STATE: u64 = 0b110;

/// Those of AVX-512: masks, the upper halves of 512 bits, the upper 16 registers.
#[cfg(target_arch = "x86_64")]
const AVX512_STATE: u64 = AVX_STATE | 0b1110_0000;

/// What the build enables and the processor, or its operating system, lacks: a bit for each of [`NAMES`].
///
/// A processor that can do AVX faults on it nonetheless where the system does not keep its registers.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
pub(crate) fn missing_features() -> u32 {
    use raw_cpuid::CpuId;
    let id = CpuId::new();
    let kept = registers_kept(&id);
    let (avx, avx512) = (keeps(kept, AVX_STATE), keeps(kept, AVX512_STATE));
    let mut missing = 0;
    let mut ask = |bit: u32, built: bool, has: bool| {
        if built && !has {
            missing |= 1 << bit;
        }
    };
    if let Some(basic) = id.get_feature_info() {
        ask(0, cfg!(target_feature = "sse4.2"), basic.has_sse42());
        ask(1, cfg!(target_feature = "popcnt"), basic.has_popcnt());
        ask(2, cfg!(target_feature = "avx"), basic.has_avx() && avx);
        ask(3, cfg!(target_feature = "f16c"), basic.has_f16c());
        ask(4, cfg!(target_feature = "fma"), basic.has_fma());
        ask(5, cfg!(target_feature = "movbe"), basic.has_movbe());
    }
    let extended = id.get_extended_feature_info();
    let extended = extended.as_ref();
    ask(6, cfg!(target_feature = "avx2"), avx && extended.is_some_and(|f| f.has_avx2()));
    ask(7, cfg!(target_feature = "bmi1"), extended.is_some_and(|f| f.has_bmi1()));
    ask(8, cfg!(target_feature = "bmi2"), extended.is_some_and(|f| f.has_bmi2()));
    ask(9, cfg!(target_feature = "avx512f"), avx512 && extended.is_some_and(|f| f.has_avx512f()));
    ask(10, cfg!(target_feature = "avx512dq"), avx512 && extended.is_some_and(|f| f.has_avx512dq()));
    ask(11, cfg!(target_feature = "avx512bw"), avx512 && extended.is_some_and(|f| f.has_avx512bw()));
    ask(12, cfg!(target_feature = "avx512vl"), avx512 && extended.is_some_and(|f| f.has_avx512vl()));
    if cfg!(target_feature = "lzcnt") {
        let processor = id.get_extended_processor_and_feature_identifiers();
        ask(13, true, processor.as_ref().is_some_and(|f| f.has_lzcnt()));
    }
    missing
}

/// The registers that the operating system keeps, a bit each as in XCR0; none where it has not said so.
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "XGETBV has no safe form, and is_x86_feature_detected does not use it for what the build enables"
)]
fn registers_kept(id: &raw_cpuid::CpuId<raw_cpuid::CpuIdReaderNative>) -> u64 {
    if !id.get_feature_info().is_some_and(|basic| basic.has_oxsave()) {
        return 0;
    }
    // SAFETY: CPUID's OSXSAVE says that the system lets programs run XGETBV, and XCR0 is there wherever XGETBV is.
    unsafe { std::arch::x86_64::_xgetbv(0) }
}

/// Whether all registers of a state are kept.
#[cfg(target_arch = "x86_64")]
const fn keeps(kept: u64, state: u64) -> bool {
    kept & state == state
}

/// Other targets are built for what all their processors have.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn missing_features() -> u32 {
    0
}

/// Says what is missing and how to build a program that runs here.
#[inline(never)]
pub(crate) fn refuse(missing: u32) -> ExitCode {
    print_error("nanobragg: this processor lacks");
    #[cfg(target_arch = "x86_64")]
    for (bit, name) in NAMES.iter().enumerate() {
        if missing & (1 << bit) != 0 {
            print_error(" ");
            print_error(name);
        }
    }
    let _ = missing;
    print_error(
        ", for which the program was built; build it on this machine, or for any x86-64 processor with ",
    );
    print_error("RUSTFLAGS=\"-C target-cpu=x86-64\" cargo build --release\n");
    ExitCode::from(crate::failure::UNSUITABLE_MACHINE)
}

/// Writes to the error stream without formatting; a failure of that write is ignored.
fn print_error(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_machine_that_built_the_program_runs_it() {
        assert_eq!(super::missing_features(), 0);
    }

    /// XCR0 of a system without AVX, one with AVX alone, one that leaves out the upper 16 registers, and one with all.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn registers_count_that_the_system_keeps() {
        use super::{AVX_STATE, AVX512_STATE, keeps};
        for (xcr0, avx, avx512) in
            [(0b11, false, false), (0b111, true, false), (0x267, true, false), (0x2e7, true, true)]
        {
            assert_eq!((keeps(xcr0, AVX_STATE), keeps(xcr0, AVX512_STATE)), (avx, avx512), "{xcr0:#x}");
        }
    }
}
