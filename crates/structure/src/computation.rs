//! Structure factors of a model, by transform of its density or by summation.

mod plan;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{BulkSolvent, Error, Model, StructureFactors, direct};
use plan::Plan;

/// Structure factors of a model up to a resolution, to be computed.
#[derive(Debug, Clone, Copy)]
pub struct Computation<'a> {
    model: &'a Model,
    d_min_angstrom: f64,
    solvent: Option<BulkSolvent>,
    energy_ev: Option<f64>,
    max_bytes: usize,
}

/// Says how much of the work is done.
struct Progress<'a> {
    report: &'a (dyn Fn(f64) + Sync),
    done: AtomicUsize,
    all: usize,
}

impl<'a> Computation<'a> {
    /// Without solvent, without anomalous scattering, and in as much memory as it takes.
    #[must_use]
    pub const fn new(model: &'a Model, d_min_angstrom: f64) -> Self {
        Self { model, d_min_angstrom, solvent: None, energy_ev: None, max_bytes: usize::MAX }
    }

    /// With a bulk solvent, or with vacuum between the molecules.
    #[must_use]
    pub const fn solvent(self, solvent: Option<BulkSolvent>) -> Self {
        Self { solvent, ..self }
    }

    /// With f′ and f″ of all elements at this energy of the photons in eV, or without.
    #[must_use]
    pub const fn anomalous(self, energy_ev: Option<f64>) -> Self {
        Self { energy_ev, ..self }
    }

    /// Within so many bytes of memory.
    #[must_use]
    pub const fn max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// Computes structure factors by transform of the density, on all threads of the current rayon pool. `progress` is
    /// called from any of them with the share of the work that is done.
    ///
    /// The density is sampled at d/3, the mask of the solvent at no more than 0.4 Å; what comes out differs from [`direct`](Self::direct) by less than 1e-3 of the mean
    /// |F|. Atoms that are wide for a small cell or a low resolution are summed.
    ///
    /// # Errors
    ///
    /// [`Error::Resolution`], [`Error::Thin`], [`Error::Symmetry`], [`Error::Solvent`], [`Error::NoDispersion`] and [`Error::Atom`] for
    /// what cannot be computed with; [`Error::TooLarge`] and [`Error::OutOfMemory`]; [`Error::NotFinite`].
    pub fn run(&self, progress: &(dyn Fn(f64) + Sync)) -> Result<StructureFactors, Error> {
        let plan = Plan::new(*self)?;
        if plan.is_for_summation() {
            return self.sum(&plan, progress);
        }
        let densities = 1 + usize::from(self.energy_ev.is_some());
        let progress = Progress::new(progress, densities * plan.planes() + plan.mask_planes());
        let real = plan.spectrum(|species| species.real_terms().collect(), || progress.step())?;
        let imaginary = match self.energy_ev {
            Some(_) => {
                let terms =
                    |species: &crate::scatterers::Species| vec![(species.dispersion.f_double_prime, 0.0)];
                Some(plan.spectrum(terms, || progress.step())?)
            }
            None => None,
        };
        let solvent = plan.solvent(|| progress.step())?;
        plan.finish(|node| {
            let sharpening = plan.sharpening(node);
            let imaginary = imaginary.as_ref().map(|imaginary| sharpening * imaginary.at(node));
            let real = sharpening * real.at(node) + plan.of_solvent(solvent.as_ref(), node);
            [real, imaginary.unwrap_or_default()]
        })
    }

    /// Computes structure factors by summation over the atoms, which is exact and slow; those of the solvent by transform
    /// of its mask, as it has no atoms.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn direct(&self, progress: &(dyn Fn(f64) + Sync)) -> Result<StructureFactors, Error> {
        self.sum(&Plan::new(*self)?, progress)
    }

    fn sum(&self, plan: &Plan<'_>, progress: &(dyn Fn(f64) + Sync)) -> Result<StructureFactors, Error> {
        let progress = Progress::new(progress, plan.mask_planes() + plan.sums());
        let solvent = plan.solvent(|| progress.step())?;
        plan.finish(|node| {
            let [real, imaginary] = direct::sums(node, &plan.scatterers, &plan.metric);
            progress.step();
            [real + plan.of_solvent(solvent.as_ref(), node), imaginary]
        })
    }
}

impl<'a> Progress<'a> {
    fn new(report: &'a (dyn Fn(f64) + Sync), all: usize) -> Self {
        Self { report, done: AtomicUsize::new(0), all }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.report)(done as f64 / self.all as f64);
    }
}
