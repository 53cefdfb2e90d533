/** The command line: one class per command, and nothing that decides about messages. */
@NullMarked
package io.waybill.cli;

import org.jspecify.annotations.NullMarked;
