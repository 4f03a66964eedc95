package io.schemamigration.plan;

/**
 * Where the rows of a {@code COPY .. FROM STDIN} stand in its file, as pg_dump writes them: from
 * the line after the statement to the line {@code \.}, which psql and not the server asks for.
 *
 * @param header offset after the statement itself, its semicolon included
 * @param start offset of the first row
 * @param end offset after the last row's line end; equal to {@code start} where there is none
 */
public record CopyRows(int header, int start, int end) {}
