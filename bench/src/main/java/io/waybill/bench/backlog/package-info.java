/** A destination that is closed while a million messages come in. */
@NullMarked
package io.waybill.bench.backlog;

import org.jspecify.annotations.NullMarked;
