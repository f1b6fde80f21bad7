/**
 * The language server: what editors ask, answered by {@link runbook.edit.Document}.
 *
 * <p>Rule of the room: it translates between the protocol's types and ours and knows nothing of the
 * language. The one home of LSP4J; only {@code plan lsp} leads here, so that no other command loads
 * it.
 */
package runbook.cli.lsp;
