//! Where lines bend: points that lie straight between others are left out.
//!
//! In: points in parts of pixels. Out: those of them that a line needs.

/// A place in pixels and parts of them, from where the axes meet.
pub(super) type Fine = (f64, f64);

/// How far a line may be drawn from where it lies, in pixels.
const STRAIGHT: f64 = 0.4;

/// The points at which a line bends, so that a straight one is drawn without the steps of rounding
/// (Douglas and Peucker, 1973).
pub(super) fn bends(points: &[Fine]) -> Vec<Fine> {
    let mut kept = Vec::new();
    let mut open = vec![(0, points.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        let inner = from + 1..to;
        let far = |at: usize| (at, distance(points[at], points[from], points[to]));
        let farthest = inner.map(far).max_by(|one, other| one.1.total_cmp(&other.1));
        match farthest.filter(|(_, distance)| *distance > STRAIGHT) {
            Some((at, _)) => open.extend([(at, to), (from, at)]),
            None => kept.extend(points.get(from)),
        }
    }
    kept.extend(points.last().filter(|_| points.len() > 1));
    kept
}

/// How far a point lies from the line through two others.
fn distance(point: Fine, from: Fine, to: Fine) -> f64 {
    let (wide, high) = (to.0 - from.0, to.1 - from.1);
    let length = (wide * wide + high * high).sqrt();
    let (x, y) = (point.0 - from.0, point.1 - from.1);
    if length > 0.0 { (x * high - y * wide).abs() / length } else { (x * x + y * y).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::{Fine, bends};

    #[test]
    fn a_straight_line_has_two_points_and_a_corner_stays() {
        let line = |at: u32| (f64::from(at), f64::from(at) / 3.0);
        let straight: Vec<Fine> = (0..1000).map(line).collect();
        assert_eq!(bends(&straight), [(0.0, 0.0), (999.0, 333.0)]);
        let corner = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 50.0), (20.0, 50.0)];
        assert_eq!(bends(&corner), [(0.0, 0.0), (10.0, 0.0), (10.0, 50.0), (20.0, 50.0)]);
        let loop_back = [(0.0, 0.0), (5.0, 5.0), (0.0, 0.0)];
        assert_eq!(bends(&loop_back), loop_back);
        assert_eq!((bends(&[]).len(), bends(&[(1.0, 2.0)])), (0, vec![(1.0, 2.0)]));
    }
}
