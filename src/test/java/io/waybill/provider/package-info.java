/** The library for destinations that can cancel, on a real PostgreSQL. */
@NullMarked
package io.waybill.provider;

import org.jspecify.annotations.NullMarked;
