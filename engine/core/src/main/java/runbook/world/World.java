package runbook.world;

/** All that a run can see and change. */
public record World(
    Cluster cluster, Linode linode, Cloudflare cloudflare, Web web, Local local, Clock clock) {}
