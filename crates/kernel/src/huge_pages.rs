//! The memory of an image in pages of megabytes. A system clears each page when it is first written to, and for pages of
//! 4 KiB that takes some percent of a fast run.

/// Asks the system for large pages for memory that, if it is new, is not written to yet. Where there are none, or the memory
/// would not fill one, nothing is gained.
#[cfg(all(target_os = "linux", not(miri)))]
#[expect(unsafe_code, reason = "some advice to the system changes what memory holds; this one does not")]
pub(crate) fn ask_for(pixels: &mut [f32]) {
    use rustix::mm::{Advice, madvise};
    /// Systems with larger ones may refuse.
    const PAGE: usize = 4096;
    const LARGE_PAGE: usize = 2 << 20;
    if size_of_val(pixels) < LARGE_PAGE {
        return;
    }
    let first = pixels.as_mut_ptr();
    let into_page = first.addr() % PAGE;
    let page = first.wrapping_byte_sub(into_page);
    // A system that was built without large pages refuses, and goes on with small ones.
    // SAFETY: MADV_HUGEPAGE leaves as it is what the pages hold, of pixels and of others.
    let _ = unsafe { madvise(page.cast(), into_page + size_of_val(pixels), Advice::LinuxHugepage) };
}

/// Other systems have no such request.
#[cfg(not(all(target_os = "linux", not(miri))))]
pub(crate) fn ask_for(_: &mut [f32]) {}
