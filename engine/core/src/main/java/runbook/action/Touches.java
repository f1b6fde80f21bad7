package runbook.action;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The parameter names things outside of the plan, and the action does this with them; so that the
 * checks see what is used after it was destroyed, changed twice at a time, or never taken back.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Touches {
  Thing value();

  Access access();

  /** Kinds of things that have names. */
  enum Thing {
    DEPLOYMENT("deployment"),
    STATEFUL_SET("stateful set"),
    CRON_JOB("cron job"),
    CLAIM("volume claim"),
    CLONE("clone"),
    ROUTE("route"),
    FILE("file"),
    MANIFEST("manifest");

    private final String title;

    Thing(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /** What is done with a thing. */
  enum Access {
    READ,
    /** It is made, or written anew. */
    MAKE,
    /** It is changed for as long as the work takes, and changed back by {@code restore}. */
    CHANGE,
    /** It is there for good afterwards. */
    SET,
    DESTROY
  }
}
