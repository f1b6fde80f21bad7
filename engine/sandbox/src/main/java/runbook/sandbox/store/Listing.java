package runbook.sandbox.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Objects as they were at one moment.
 *
 * @param version a watch from here misses nothing
 * @param items by namespace and name
 */
public record Listing(long version, List<ObjectNode> items) {}
