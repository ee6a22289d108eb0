import { conformingJobs } from '../conformance/jobs.js';
import { describeConformance } from '../conformance/suite.js';

// The builds that take too long for every run of the tests.
describeConformance(conformingJobs(1000, 100), true);
