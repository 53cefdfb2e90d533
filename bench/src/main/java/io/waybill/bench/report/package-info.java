/** What is told of it: table, plots, Markdown and JSON. */
@NullMarked
package io.waybill.bench.report;

import org.jspecify.annotations.NullMarked;
