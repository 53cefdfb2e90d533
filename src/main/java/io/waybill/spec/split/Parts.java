package io.waybill.spec.split;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The documents of a large body, one after the other. For one thread. */
public interface Parts {

  /**
   * The next document, or what cannot be read as one; null at the end.
   *
   * @throws IOException where the body itself cannot be read; never for what a sender wrote
   */
  @Nullable Part next() throws IOException;
}
