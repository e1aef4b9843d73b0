// Unpacks the browser into TMPDIR and tells, as JSON, where it is and which libraries it brings along.
import chromium from '@sparticuz/chromium'

const path = await chromium.executablePath()
process.stdout.write(JSON.stringify({ path, libraries: process.env.LD_LIBRARY_PATH ?? '' }))
