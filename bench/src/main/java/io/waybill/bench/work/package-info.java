/** The documents, and who sends them. */
@NullMarked
package io.waybill.bench.work;

import org.jspecify.annotations.NullMarked;
