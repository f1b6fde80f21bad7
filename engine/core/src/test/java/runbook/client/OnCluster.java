package runbook.client;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The test needs a real Kubernetes: it runs where PLAN_TEST_CLUSTER is set, and KUBECONFIG and the
 * tokens with it.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "PLAN_TEST_CLUSTER",
    matches = ".+",
    disabledReason = "there is no test cluster")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface OnCluster {}
