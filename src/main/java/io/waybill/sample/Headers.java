package io.waybill.sample;

import org.jspecify.annotations.Nullable;

/** The headers of a request by their names; null for one that is not there. */
@FunctionalInterface
interface Headers {

  @Nullable String get(String name);
}
