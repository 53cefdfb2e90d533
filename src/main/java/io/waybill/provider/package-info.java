/**
 * The library for destinations that can cancel what they performed. It needs JDBC and nothing else.
 */
@NullMarked
package io.waybill.provider;

import org.jspecify.annotations.NullMarked;
