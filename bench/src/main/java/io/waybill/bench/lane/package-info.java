/** One lane for all documents, and who does nothing but send them in order. */
@NullMarked
package io.waybill.bench.lane;

import org.jspecify.annotations.NullMarked;
