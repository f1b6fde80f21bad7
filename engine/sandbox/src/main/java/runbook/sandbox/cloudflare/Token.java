package runbook.sandbox.cloudflare;

import java.util.Set;

/**
 * What a bearer of a token may do.
 *
 * @param id 32 hexadecimal digits, not the secret
 */
public record Token(String id, Set<Permission> permissions) {
  /** As the dashboard names them; who may write may read. */
  public enum Permission {
    ZONE_READ,
    WORKERS_ROUTES_READ,
    WORKERS_ROUTES_WRITE,
    WORKERS_SCRIPTS_READ
  }

  public Token {
    permissions = Set.copyOf(permissions);
  }

  boolean allows(Permission permission) {
    return permissions.contains(permission)
        || permission == Permission.WORKERS_ROUTES_READ
            && permissions.contains(Permission.WORKERS_ROUTES_WRITE);
  }
}
