//! Whether this processor has what the program was built for.
//!
//! The repository's own builds use the instruction set of the machine they are made on (`.cargo/config.toml`).
//! Started on a lesser one, such a program would die on an illegal instruction in the middle of something; so it
//! asks first. `is_x86_feature_detected!` cannot be used: it is true at compile time for what the build enables.

use std::process::ExitCode;

/// What the build enables and the processor, or its operating system, lacks; `None` when nothing is missing.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
pub(crate) fn missing_features() -> Option<String> {
    use raw_cpuid::CpuId;
    let id = CpuId::new();
    let basic = id.get_feature_info();
    let extended = id.get_extended_feature_info();
    let processor = id.get_extended_processor_and_feature_identifiers();
    let basic = |has: fn(&raw_cpuid::FeatureInfo) -> bool| basic.as_ref().is_some_and(has);
    let extended = |has: fn(&raw_cpuid::ExtendedFeatures) -> bool| extended.as_ref().is_some_and(has);
    let processor = |has: fn(&raw_cpuid::ExtendedProcessorFeatureIdentifiers) -> bool| {
        processor.as_ref().is_some_and(has)
    };
    let features = [
        ("sse4.2", cfg!(target_feature = "sse4.2"), basic(|f| f.has_sse42())),
        ("popcnt", cfg!(target_feature = "popcnt"), basic(|f| f.has_popcnt())),
        ("avx", cfg!(target_feature = "avx"), basic(|f| f.has_avx() && f.has_oxsave())),
        ("f16c", cfg!(target_feature = "f16c"), basic(|f| f.has_f16c())),
        ("fma", cfg!(target_feature = "fma"), basic(|f| f.has_fma())),
        ("movbe", cfg!(target_feature = "movbe"), basic(|f| f.has_movbe())),
        ("avx2", cfg!(target_feature = "avx2"), extended(|f| f.has_avx2())),
        ("bmi1", cfg!(target_feature = "bmi1"), extended(|f| f.has_bmi1())),
        ("bmi2", cfg!(target_feature = "bmi2"), extended(|f| f.has_bmi2())),
        ("adx", cfg!(target_feature = "adx"), extended(|f| f.has_adx())),
        ("avx512f", cfg!(target_feature = "avx512f"), extended(|f| f.has_avx512f())),
        ("avx512dq", cfg!(target_feature = "avx512dq"), extended(|f| f.has_avx512dq())),
        ("avx512cd", cfg!(target_feature = "avx512cd"), extended(|f| f.has_avx512cd())),
        ("avx512bw", cfg!(target_feature = "avx512bw"), extended(|f| f.has_avx512bw())),
        ("avx512vl", cfg!(target_feature = "avx512vl"), extended(|f| f.has_avx512vl())),
        ("avx512vnni", cfg!(target_feature = "avx512vnni"), extended(|f| f.has_avx512vnni())),
        ("gfni", cfg!(target_feature = "gfni"), extended(|f| f.has_gfni())),
        ("vaes", cfg!(target_feature = "vaes"), extended(|f| f.has_vaes())),
        ("lzcnt", cfg!(target_feature = "lzcnt"), processor(|f| f.has_lzcnt())),
    ];
    let missing: Vec<&str> =
        features.into_iter().filter(|(_, built, has)| *built && !has).map(|(name, ..)| name).collect();
    if missing.is_empty() { None } else { Some(missing.join(" ")) }
}

/// Other targets are built for what all their processors have.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn missing_features() -> Option<String> {
    None
}

/// Says what is missing and how to build a program that runs here.
pub(crate) fn refuse(missing: &str) -> ExitCode {
    eprintln!(
        "nanobragg: this processor lacks {missing}, for which the program was built; build it on this machine, or \
         for any x86-64 processor with RUSTFLAGS=\"-C target-cpu=x86-64\" cargo build --release"
    );
    ExitCode::from(crate::failure::UNSUITABLE_MACHINE)
}
