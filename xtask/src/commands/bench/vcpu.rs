//! The processor that Lambda gives a function.

/// A function has a whole vCPU at this size, and less in proportion below it ("Configure Lambda function memory", AWS Lambda
/// Developer Guide).
const MIB_OF_A_VCPU: f64 = 1_769.0;

/// Returns the wall time of a CPU time at a memory size, both in milliseconds. A function of ours uses one core at a time.
pub(crate) fn cpu_wall_ms(cpu_ms: f64, mib: f64) -> f64 {
    if mib > 0.0 {
        cpu_ms * (MIB_OF_A_VCPU / mib).max(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn cpu_time_takes_longer_with_less_memory() {
        assert!(close(cpu_wall_ms(10.0, 1_769.0), 10.0));
        assert!(close(cpu_wall_ms(10.0, 884.5), 20.0));
        assert!(close(cpu_wall_ms(10.0, 3_538.0), 10.0));
    }
}
