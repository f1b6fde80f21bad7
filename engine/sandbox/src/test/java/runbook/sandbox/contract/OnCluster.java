package runbook.sandbox.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The test needs the test cluster: PLAN_TEST_CLUSTER, and its tokens and addresses with it. */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "PLAN_TEST_CLUSTER",
    matches = ".+",
    disabledReason = "there is no test cluster")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnCluster {}
