package runbook.client;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Made when first asked for: a plan that uses no cloud needs no token. */
final class Lazy<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private Optional<T> made = Optional.empty();

  Lazy(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized T get() {
    if (made.isEmpty()) made = Optional.of(maker.get());
    return made.get();
  }

  synchronized void ifMade(Consumer<T> use) {
    made.ifPresent(use);
  }
}
