use crate::series::*;
#[test]
fn tmp() {
    let f = std::path::Path::new("/tmp/p1");
    for (n, p) in [("one", one_panel()), ("six", six_panels())] {
        for (m, r) in [("turn", Some(turning())), ("still", None)] {
            write(&f.join(format!("{n}_{m}.nxs")), &described(p.clone(), r), &images(&p, count));
        }
    }
}
