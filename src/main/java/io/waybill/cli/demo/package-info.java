/**
 * What plays the systems around the broker in {@code ./waybill demo}: partners and destinations.
 */
@NullMarked
package io.waybill.cli.demo;

import org.jspecify.annotations.NullMarked;
